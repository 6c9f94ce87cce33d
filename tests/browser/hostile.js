// What a page makes of declared texts, each of which is `text` followed by its own mark.
text => {
  const all = [...document.querySelectorAll("*")];
  const each = found => [...new Set(found)];
  const texts = [];
  const walker = document.createTreeWalker(document, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) if (!walker.currentNode.parentElement.closest("script, style")) texts.push(walker.currentNode);
  // As a reader has it: a place where a word may break is no part of it.
  const said = texts.map(it => (it.previousSibling?.localName === "wbr" ? "" : "\n") + it.data).join("")
    + all.flatMap(it => [...it.attributes].map(of => "\n" + of.value)).join("");
  const address = (it, of) => new URL(it.getAttribute(of), document.baseURI).protocol;
  return {
    pwned: window.pwned ?? null,
    made: each(all.flatMap(it => [it.localName, ...[...it.attributes].map(of => `${it.localName} ${of.name}`)])),
    active: document.querySelectorAll("script, style, link, meta, base, template").length,
    schemes: each(all.flatMap(it => ["href", "src", "action", "formaction", "data"].filter(of => it.hasAttribute(of)).map(of => address(it, of)))),
    shown: each(said.match(/k\d{3}k/g) ?? []),
    whole: each(said.split(text).slice(1).map(it => it.slice(0, 5)).filter(it => /^k\d{3}k$/.test(it))),
    turned: each(texts.filter(turned).map(it => it.data.trim())),
  };

  // Whether the first word of a text runs from right to left though nothing before it in the same text
  // says so.
  function turned(node) {
    const word = node.data.match(/[a-z]{3}/i);
    for (let it = node; it; it = it.previousSibling?.localName === "wbr" ? it.previousSibling.previousSibling : null)
      if (!word || it.data?.includes("\u202e")) return false;
    const [first, last] = [word.index, word.index + 2].map(at => {
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + 1);
      return range.getBoundingClientRect();
    });
    return first.top === last.top && last.left < first.left;
  }
}
