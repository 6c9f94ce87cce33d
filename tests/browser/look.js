// What a page is, for the tests to judge.
(() => {
  const all = [...document.querySelectorAll("*")];
  const ids = all.map(it => it.id).filter(it => it);
  const link = it => {
    const url = new URL(it.getAttribute("href"), document.baseURI);
    return { scheme: url.protocol, path: decodeURIComponent(url.pathname), anchor: decodeURIComponent(url.hash.slice(1)) };
  };
  return {
    lang: document.documentElement.lang,
    title: document.title,
    h1: document.querySelectorAll("h1").length,
    ids,
    twice: ids.filter((it, at) => ids.indexOf(it) < at),
    links: all.filter(it => it.hasAttribute("href")).map(link),
    over: all.filter(it => it.getBoundingClientRect().right > innerWidth + 1 && !it.closest(".tall, .wide, .hidden, .skip")).filter((it, at, them) => !them.some(of => of !== it && it.contains(of))).map(it => { let path = ""; for (let of = it; of && of.localName !== "main" && of.localName !== "body"; of = of.parentElement) path = of.localName + (of.getAttribute("class") ? "." + of.getAttribute("class") : "") + " > " + path; return path; }).filter((it, at, them) => them.indexOf(it) === at),
    wide: document.scrollingElement.scrollWidth - innerWidth,
  };
})()
