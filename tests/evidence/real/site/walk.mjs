// Walks the shop as the persona and has it recorded: `node walk.mjs WRITER OUT`, with `serve.mjs` running.
//
// WRITER is `embed` or `omit` (Playwright's recordHar, by what becomes of bodies), `puppeteer` (@themarkup/puppeteer-har)
// or `proxy` (somebody else records, on port 8445; OUT is not written).

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const [writer, out] = process.argv.slice(2);
const tools = createRequire(process.cwd() + "/");
const first = readFileSync(new URL("../../persona.yaml", import.meta.url), "utf8").split(/^\w+:$/m)[1];
const persona = Object.fromEntries([...first.matchAll(/^  (\w+): "(.*)"$/gm)].map(it => [it[1], it[2]]));
const typed = {
  email: persona.email,
  phone: persona.phone,
  personnummer: persona.personnummer,
  first: persona.first_name,
  last: persona.last_name,
  customer: persona.customer_number,
};
const executablePath = "/usr/bin/chromium";
const args = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--ignore-certificate-errors"];
const here = "--host-resolver-rules=MAP * 127.0.0.1:8443";

async function walk(page) {
  await page.goto("https://www.shop.example/");
  for (const [name, text] of Object.entries(typed)) await page.type(`[name=${name}]`, text);
  await page.click("#save");
  await page.waitForFunction(() => document.title === "Sparat");
  await new Promise(done => setTimeout(done, 500));
}

if (writer === "puppeteer") {
  const browser = await tools("puppeteer-core").launch({ executablePath, args: [...args, here], acceptInsecureCerts: true });
  const page = (await browser.pages())[0];
  const { captureNetwork } = tools("@themarkup/puppeteer-har");
  const written = await captureNetwork(page);
  await walk(page);
  await written(out);
  await browser.close();
} else {
  const { chromium } = tools("playwright-core");
  const proxy = writer === "proxy";
  const browser = await chromium.launch({ executablePath, args: proxy ? args : [...args, here], proxy: proxy ? { server: "http://127.0.0.1:8445" } : undefined });
  const context = await browser.newContext({ ignoreHTTPSErrors: true, recordHar: proxy ? undefined : { path: out, content: writer } });
  await walk(await context.newPage());
  await context.close();
  await browser.close();
}
