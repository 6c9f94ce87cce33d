"use strict";
// Finds, filters and sorts what the pages say; all of it is there without this script. Nothing is
// requested and nothing is kept.
(() => {
  const all = (what, from = document) => Array.from(from.querySelectorAll(what));
  const make = (name, more = {}, ...children) => {
    const it = document.createElement(name);
    for (const [key, value] of Object.entries(more)) key in it ? (it[key] = value) : it.setAttribute(key, value);
    it.append(...children);
    return it;
  };
  const single = document.body.classList.contains("single");
  const editions = all(".edition");
  const words = new Map(editions.map(it => [it, JSON.parse(it.dataset.words)]));
  const edition = of => of.closest(".edition");
  const collator = of => new Intl.Collator(of.lang, { numeric: true, sensitivity: "base" });
  const number = (of, it) => it.toLocaleString(of.lang);
  const put = (text, values) => text.replace(/\$(\w+)/g, (_, key) => values[key]);

  // The page behind a path of this language, as a link of this file or to its neighbour.
  const address = (of, path) => {
    if (!single) return of.dataset.root + path;
    const [page, anchor] = path.split("#");
    return "#" + of.dataset.folder + page.replace(/\.html$/, "") + (anchor ? "~" + anchor : "");
  };

  // --- Tables: a button on each heading sorts, a field above a long table filters.
  const key = cell => {
    const time = cell.querySelector("time");
    return (time ? time.dateTime : cell.textContent).trim();
  };
  const sortable = table => table.tHead && table.tBodies.length === 1 && table.tHead.rows.length === 1
    && table.tBodies[0].rows.length > 1 && !table.matches(".matrix, .found") && !table.querySelector("tbody [colspan], tbody [rowspan]");
  const sort = (table, column, down) => {
    const compare = collator(edition(table)).compare, body = table.tBodies[0];
    const rows = Array.from(body.rows, row => [key(row.cells[column]), row]);
    const figures = rows.every(([text]) => /^[\d\s.,\u00a0\u202f]*$/.test(text)) && table.tHead.rows[0].cells[column].classList.contains("number");
    const figure = text => Number(text.replace(/[^\d]/g, ""));
    rows.sort(([a], [b]) => (down ? -1 : 1) * (figures ? figure(a) - figure(b) : compare(a, b)));
    body.append(...rows.map(([, row]) => row));
  };
  const heading = (of, cell, act) => {
    const button = make("button", { type: "button", className: "sort" }, ...cell.childNodes);
    cell.append(button);
    button.addEventListener("click", () => {
      const down = cell.getAttribute("aria-sort") === "ascending";
      all("[aria-sort]", cell.parentElement).forEach(it => it.removeAttribute("aria-sort"));
      cell.setAttribute("aria-sort", down ? "descending" : "ascending");
      act(down);
    });
  };
  const filter = (of, rows, before) => {
    const say = words.get(of), input = make("input", { type: "search", autocomplete: "off" });
    const found = make("span", { className: "shown", role: "status" });
    const texts = rows.map(row => row.textContent.toLowerCase());
    before.before(make("p", { className: "filter" }, make("label", {}, make("span", {}, say.filter), input), found));
    input.addEventListener("input", () => {
      const parts = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let count = 0;
      rows.forEach((row, at) => {
        const fits = parts.every(part => texts[at].includes(part));
        row.hidden = !fits;
        count += fits;
      });
      found.textContent = parts.length ? put(say.shown, { count: number(of, count), all: number(of, rows.length) }) : "";
    });
  };
  const LONG = 12;
  const enhance = page => {
    if (page.dataset.ready) return;
    page.dataset.ready = "yes";
    const of = edition(page);
    for (const table of all("table", page).filter(sortable)) {
      Array.from(table.tHead.rows[0].cells).forEach((cell, column) => heading(of, cell, down => sort(table, column, down)));
      const rows = Array.from(table.tBodies[0].rows);
      if (rows.length > LONG) filter(of, rows, table.closest(".scroll") || table);
    }
    for (const list of all("[data-filter]", page)) {
      const rows = all(list.dataset.filter, list);
      if (rows.length > 1) filter(of, rows, list);
    }
    all(".explore", page).forEach(it => explore(of, page, it));
  };

  // --- The search page: names, choices by column, and the exposures that fit.
  const STEP = 200;
  const explore = (of, page, area) => {
    const say = words.get(of), data = JSON.parse(page.querySelector("script").textContent);
    const form = area.querySelector("form"), names = area.querySelector(".names"), table = area.querySelector("table");
    const more = area.querySelector(".more"), found = area.querySelector(".found");
    const columns = data.columns, lists = cell => (Array.isArray(cell) ? cell : [cell]);
    // Equal texts are one choice, whatever they stand for; ranks make sorting a matter of numbers.
    const order = collator(of).compare;
    for (const column of columns) {
      column.texts = column.words.map(([text]) => text);
      column.low = column.texts.map(text => text.toLowerCase());
      const sorted = Array.from(new Set(column.texts)).sort(order);
      const place = new Map(sorted.map((text, at) => [text, at]));
      column.rank = column.texts.map(text => place.get(text));
      column.sorted = sorted;
    }
    const choices = columns.map((column, at) => [column, at]).filter(([column]) => column.choice).map(([column, at]) => {
      const counts = new Map();
      for (const row of data.rows) for (const text of new Set(lists(row[at]).map(it => column.texts[it]))) counts.set(text, (counts.get(text) || 0) + 1);
      const select = make("select", { name: column.id }, make("option", { value: "" }, say.all),
        ...column.sorted.filter(text => counts.has(text)).map(text => make("option", { value: text }, `${text} (${number(of, counts.get(text))})`)));
      form.append(make("label", { className: "choice" }, make("span", {}, column.title), select));
      return [column, at, select];
    });
    const text = form.elements.namedItem("q");
    const head = make("tr");
    columns.forEach((column, at) => {
      const cell = make("th", { scope: "col" }, column.title);
      head.append(cell);
      heading(of, cell, down => { sorted = [at, down]; show(); });
    });
    table.tHead.append(head);
    let sorted = null, fitting = [], shown = 0;
    const link = ([text, path]) => (path ? make("a", { href: address(of, path) }, make("bdi", {}, text)) : make("bdi", {}, text));
    const line = row => make("tr", {}, ...row.map((cell, at) => {
      const parts = lists(cell).flatMap((it, n) => (n ? [", ", link(columns[at].words[it])] : [link(columns[at].words[it])]));
      return make("td", {}, ...parts);
    }));
    const extend = () => {
      table.tBodies[0].append(...fitting.slice(shown, shown + STEP).map(line));
      shown = Math.min(shown + STEP, fitting.length);
      more.hidden = shown === fitting.length;
    };
    const show = () => {
      if (sorted) {
        const [at, down] = sorted, rank = row => columns[at].rank[lists(row[at])[0]];
        fitting.sort((a, b) => (down ? -1 : 1) * (rank(a) - rank(b)));
      }
      table.tBodies[0].replaceChildren();
      shown = 0;
      extend();
      found.textContent = fitting.length ? put(say.found, { count: number(of, fitting.length), all: number(of, data.rows.length) }) : say.nothing;
    };
    const search = () => {
      const parts = text.value.toLowerCase().split(/\s+/).filter(Boolean);
      // For each part and column, which of its words hold it: a row is then a few look-ups.
      const hits = parts.map(part => columns.map(column => column.low.map(word => word.includes(part))));
      const wanted = choices.filter(([, , select]) => select.value);
      fitting = data.rows.filter(row =>
        wanted.every(([column, at, select]) => lists(row[at]).some(it => column.texts[it] === select.value))
        && hits.every(hit => row.some((cell, at) => lists(cell).some(it => hit[at][it]))));
      show();
      const named = parts.length ? data.names.filter(it => parts.every(part => `${it.text} ${it.id} ${it.kind}`.toLowerCase().includes(part))) : [];
      names.hidden = !named.length;
      names.querySelector("ul").replaceChildren(...named.slice(0, 30).map(it =>
        make("li", {}, make("span", { className: "badge kind" }, it.kind), " ", link([it.text, it.href]), " ", make("span", { className: "id" }, it.id))));
    };
    const remember = () => {
      const asked = new URLSearchParams(new FormData(form));
      Array.from(asked).filter(([, value]) => !value).forEach(([name]) => asked.delete(name));
      const said = asked.toString();
      history.replaceState(null, "", single ? address(of, "search.html") + (said ? "?" + said : "") : "#" + (said ? "?" + said : ""));
    };
    page.ask = asked => {
      for (const field of Array.from(form.elements)) if (field.name) field.value = asked.get(field.name) || "";
      search();
    };
    form.addEventListener("submit", event => event.preventDefault());
    form.addEventListener("input", () => { search(); remember(); });
    more.addEventListener("click", extend);
    area.hidden = false;
    page.ask(question());
  };
  const question = () => new URLSearchParams(location.hash.split("?")[1] || "");

  // --- The field in the header leads to the search page.
  for (const form of all("form.find")) {
    const of = edition(form), input = form.querySelector("input");
    form.hidden = false;
    form.addEventListener("submit", event => {
      event.preventDefault();
      location.href = address(of, "search.html") + (single ? "" : "#") + "?" + new URLSearchParams({ q: input.value });
      input.value = "";
    });
  }

  // --- One file: one page at a time, found by the part behind the #.
  const pages = single ? all("article.page") : [];
  const decoded = text => {
    try {
      return decodeURIComponent(text);
    } catch {
      return text;
    }
  };
  let current = null;
  const route = () => {
    const asked = decoded(location.hash.slice(1).split("?")[0]);
    const target = asked ? document.getElementById(asked) : null;
    const page = (target && target.closest("article.page")) || pages.find(it => it.id === asked.split("~")[0]) || pages[1] || pages[0];
    if (page !== current) {
      const of = edition(page);
      pages.forEach(it => { it.hidden = it !== page; });
      editions.forEach(it => { it.hidden = it !== of; });
      document.documentElement.lang = of.lang;
      document.title = page.dataset.title;
      all("nav a", of).forEach(it => {
        const here = it.hash === "#" + of.dataset.folder + page.dataset.list;
        here ? it.setAttribute("aria-current", "page") : it.removeAttribute("aria-current");
      });
      // The same page in the other languages.
      const place = page.id.slice(of.dataset.folder.length);
      all(".languages a", of).forEach(it => {
        const other = editions.find(other => other.lang === it.lang);
        if (other) it.hash = "#" + other.dataset.folder + place;
      });
      enhance(page);
      const first = current === null;
      current = page;
      if (!first) page.focus({ preventScroll: true });
    }
    if (target && target !== page) target.scrollIntoView();
    else if (asked) scrollTo(0, 0);
    if (page.ask) page.ask(question());
  };
  if (single) {
    document.body.classList.add("routed");
    for (const link of all(".skip")) link.addEventListener("click", event => { event.preventDefault(); current.focus(); });
    for (const button of all(".print-all")) {
      button.hidden = false;
      button.addEventListener("click", () => print());
    }
    // On paper the contents come first, and every page of this language after them.
    addEventListener("beforeprint", () => document.body.classList.toggle("whole", current.classList.contains("contents")));
    addEventListener("afterprint", () => document.body.classList.remove("whole"));
    addEventListener("hashchange", route);
    route();
  } else {
    enhance(document.querySelector("main"));
    addEventListener("hashchange", () => { const page = document.querySelector("main"); if (page.ask) page.ask(question()); });
  }
})();
