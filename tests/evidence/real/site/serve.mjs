// The fictional shop, and a stand-in for everybody it calls: `node serve.mjs KEY CERT`.
//
// Whatever name a browser has looked up, it ends here. TLS on 8443 (HTTP/2, and HTTP/1.1 with websockets); on 8444 a
// proxy that leads every tunnel to it, for recorders that look names up themselves.

import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import http from "node:http";
import http2 from "node:http2";
import net from "node:net";

const [key, cert] = process.argv.slice(2).map(it => readFileSync(it));
const file = name => readFileSync(new URL(name, import.meta.url));
const scripts = { "/page.js": "page.js", "/watch.js": "watch.js" };

const server = http2.createSecureServer({ key, cert, allowHTTP1: true }, (request, response) => {
  const host = (request.headers[":authority"] ?? request.headers.host).split(":")[0];
  const path = request.url.split("?")[0];
  request.resume();
  const answer = (status, kind, body, more = {}) => response.writeHead(status, { "Content-Type": kind, "Cache-Control": "no-store", ...more }).end(body);
  const open = {
    "Access-Control-Allow-Origin": request.headers.origin ?? "*",
    "Access-Control-Allow-Credentials": "true",
    "Access-Control-Allow-Headers": "content-type, x-customer",
    "Access-Control-Allow-Methods": "GET, POST, PUT, OPTIONS",
  };
  if (scripts[path]) return answer(200, "text/javascript", file(scripts[path]), open);
  const page = host === "www.shop.example" && { "/": "page.html", "/watched": "watched.html" }[path];
  if (page) return answer(200, "text/html; charset=utf-8", file(page));
  if (host === "sync.tracker.example") {
    return answer(302, "text/plain", "", { ...open, Location: `https://match.else.example/in?${request.url.split("?")[1]}` });
  }
  // Who is known from now on: the visitor's number, as the page said it.
  const who = new URLSearchParams(request.url.split("?")[1]).get("who");
  if (who) open["Set-Cookie"] = `who=${who}; Secure; SameSite=None; Partitioned; Path=/`;
  answer(path.endsWith(".gif") ? 200 : 204, "image/gif", "", open);
});

server.on("upgrade", (request, socket) => {
  const accept = createHash("sha1").update(request.headers["sec-websocket-key"] + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest("base64");
  socket.write(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`);
  // One text, unmasked, so that something is received, too.
  socket.write(Buffer.concat([Buffer.from([0x81, 2]), Buffer.from("ok")]));
  socket.on("error", () => {}).resume();
});

server.listen(8443, "127.0.0.1");
http.createServer()
  .on("connect", (_, socket) => {
    const through = net.connect(8443, "127.0.0.1", () => socket.write("HTTP/1.1 200 OK\r\n\r\n"));
    through.pipe(socket).pipe(through);
    [through, socket].forEach(it => it.on("error", () => {}));
  })
  .listen(8444, "127.0.0.1");
