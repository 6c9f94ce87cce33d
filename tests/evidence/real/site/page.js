// What the shop's page sends when somebody has filled in the form. `expect.py` says the same in a table.

const value = name => document.forms.details[name].value;
const bytes = text => new TextEncoder().encode(text);
const sha256 = async text => new Uint8Array(await crypto.subtle.digest("SHA-256", bytes(text)));
const hex = digest => [...digest].map(it => it.toString(16).padStart(2, "0")).join("");
const base64 = digest => btoa(String.fromCharCode(...digest));
const base64url = digest => base64(digest).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const load = url => new Promise(done => Object.assign(new Image(), { onload: done, onerror: done, src: url }));
const post = (url, body, more = {}) => fetch(url, { method: "POST", mode: "no-cors", body, ...more });

async function send() {
  const email = value("email").toLowerCase();
  const digest = await sha256(email);

  // A digest in the address, as a picture.
  const pixel = { id: "400000000000001", ev: "PageView", dl: location.href, "udff[em]": hex(digest) };
  await load("https://www.facebook.com/tr/?" + new URLSearchParams(pixel));

  // A digest in base64url; the events are lines of the body.
  const hit = { v: "2", tid: "G-TESTFIXT01", dl: location.href, em: `tv.1~em.${base64url(digest)}` };
  await post("https://region1.google-analytics.com/g/collect?" + new URLSearchParams(hit), "en=page_view\r\nen=form_submit");

  // JSON that is labelled as text.
  const user = { email: hex(digest), phone_number: hex(await sha256("+46701740635")) };
  const event = { event: "SubmitForm", context: { page: { url: location.href }, user } };
  await post("https://analytics.tiktok.com/api/v2/pixel", JSON.stringify(event));

  // A form in parts, one of them a file that is no text.
  const parts = new FormData();
  parts.append("name", value("first"));
  parts.append("mail", value("email"));
  parts.append("picture", new Blob([new Uint8Array([0x89, 0x50, 0, 0xff, 0xfe, 13, 10])], { type: "image/png" }), "a.png");
  await post("https://parts.tracker.example/in", parts);

  // A form of pairs.
  await post("https://pairs.tracker.example/in", new URLSearchParams({ pn: value("personnummer"), x: "1" }));

  // JSON that is labelled as such: the browser asks first.
  const json = { method: "PUT", mode: "cors", headers: { "Content-Type": "application/json", "X-Customer": value("customer") } };
  await fetch("https://json.tracker.example/in", { ...json, body: JSON.stringify({ deep: [{ mail: value("email") }] }) });

  // Bytes that are no text.
  const packed = new Response(new Blob([JSON.stringify({ who: value("email") })]).stream().pipeThrough(new CompressionStream("gzip")));
  await post("https://packed.tracker.example/in", await packed.arrayBuffer());

  // In the path.
  await load(`https://path.tracker.example/u/${encodeURIComponent(value("last"))}/p.gif`);

  // Led on to somebody else.
  await load("https://sync.tracker.example/out?u=" + encodeURIComponent(btoa(value("email"))));

  // In a cookie, from the second time on.
  await load("https://cookie.tracker.example/a.gif?who=" + value("customer"));
  await load("https://cookie.tracker.example/b.gif");

  // As the page's own words on a line that stays open.
  await new Promise(done => {
    const line = new WebSocket("wss://line.tracker.example/in");
    line.onmessage = () => {
      line.send(JSON.stringify({ hello: value("first") }));
      setTimeout(() => (line.close(), done()), 200);
    };
    line.onerror = done;
  });

  // On the way out.
  navigator.sendBeacon("https://beacon.tracker.example/in", new Blob([JSON.stringify({ tel: value("phone") })], { type: "text/plain" }));

  // To the shop itself.
  await post("/save", new URLSearchParams({ mail: value("email") }));
  document.title = "Sparat";
}

document.getElementById("save").onclick = send;
