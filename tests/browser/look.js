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
    wide: document.scrollingElement.scrollWidth - innerWidth,
  };
})()
