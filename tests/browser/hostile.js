// What a page makes of declared texts, each of which begins with `text` and ends with its own mark.
text => {
  const all = [...document.querySelectorAll("*")];
  const said = [document.documentElement.textContent, ...all.flatMap(it => [...it.attributes].map(of => of.value))].join("\n");
  const marks = found => [...new Set(found)];
  return {
    pwned: window.pwned ?? null,
    // Every sort of element and attribute, and how many elements a text must not add to.
    made: marks(all.flatMap(it => [it.localName, ...[...it.attributes].map(of => `${it.localName} ${of.name}`)])),
    active: document.querySelectorAll("script, style, link, meta, base, template").length,
    schemes: marks(all.flatMap(it => ["href", "src", "action", "data"].filter(of => it.hasAttribute(of)).map(of => new URL(it.getAttribute(of), document.baseURI).protocol))),
    shown: marks(said.match(/k\d{3}k/g) ?? []),
    whole: marks(said.split(text).slice(1).map(it => it.slice(0, 5)).filter(it => /^k\d{3}k$/.test(it))),
    turned: turned(),
  };

  // Words of the page that run from right to left though nothing in them says so.
  function turned() {
    const found = [];
    const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const range = document.createRange();
    const box = (node, at) => (range.setStart(node, at), range.setEnd(node, at + 1), range.getBoundingClientRect());
    while (texts.nextNode()) {
      const node = texts.currentNode;
      const word = node.data.includes("\u202e") ? null : node.data.match(/[a-z]{3}/i);
      if (!word) continue;
      const [first, last] = [box(node, word.index), box(node, word.index + 2)];
      if (first.top === last.top && last.left < first.left) found.push(node.data.trim());
    }
    return marks(found);
  }
}
