// A script of somebody else that does what Blacklight looks for. `expect_blacklight.py` says the same in a table.

const sha256 = async text => [...new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(text)))]
  .map(it => it.toString(16).padStart(2, "0")).join("");
const ask = (url, parameters) => new Promise(done => Object.assign(new Image(), { onload: done, onerror: done, src: url + "?" + new URLSearchParams(parameters) }));
const post = (url, body) => fetch(url, { method: "POST", mode: "no-cors", body });

// Each browser draws letters a little differently.
const canvas = Object.assign(document.createElement("canvas"), { width: 300, height: 60 });
const pen = canvas.getContext("2d");
pen.font = "18px serif";
pen.fillStyle = "#f60";
pen.fillText("Flygande bäckasiner söka hwila", 4, 20);
pen.fillStyle = "#069";
pen.fillText("på mjuka tuvor 1234567890", 6, 40);
const drawn = canvas.toDataURL();

for (const event of ["mousemove", "scroll", "keydown"]) document.addEventListener(event, () => {});

// What is typed leaves at once, plain and as a digest, in two bodies.
document.forms[0].email.addEventListener("change", async it => {
  const typed = it.target.value;
  await post("https://keys.tracker.example/log", JSON.stringify({ field: "email", mail: typed }));
  await post("https://analytics.tiktok.com/api/v2/pixel", JSON.stringify({
    event: "SubmitForm", context: { page: { url: location.href }, user: { email: await sha256(typed) } }, properties: { value: 1 },
  }));
});

(async () => {
  await ask("https://www.facebook.com/tr/", { id: "400000000000001", ev: "PageView", dl: location.href });
  await ask("https://www.facebook.com/tr/", {
    id: "400000000000001", ev: "Purchase", dl: location.href, "cd[value]": "129.00", "ud[em]": await sha256("provperson.7713@post.example"),
  });
  const hit = { v: "2", tid: "G-TESTFIXT01", cid: "1288310946.1772440999", dl: location.href };
  await ask("https://stats.g.doubleclick.net/g/collect", hit);
  await post("https://www.google-analytics.com/g/collect?" + new URLSearchParams({ ...hit, uid: "K-90417733" }), "en=page_view\r\nen=scroll");
  await ask("https://unknown.tracker.example/a.gif", { who: "K-90417733", size: drawn.length });
  document.cookie = "own=1; Secure; SameSite=Lax";
})();
