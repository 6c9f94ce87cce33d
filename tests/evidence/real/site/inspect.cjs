// Has Blacklight look at the watched page: `node inspect.cjs OUT`, with `serve.mjs` running, where the collector is installed.

const { collect } = require(process.cwd() + "/node_modules/@themarkup/blacklight-collector");

collect("https://www.shop.example/watched", {
  outDir: process.argv[2],
  numPages: 0,
  puppeteerExecutablePath: "/usr/bin/chromium",
  saveScreenshots: false,
  extraChromiumArgs: [
    "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--ignore-certificate-errors",
    "--disable-features=TrackingProtection3pcd", "--host-resolver-rules=MAP * 127.0.0.1:8443",
  ],
}).then(result => console.log(result.status, result.page_response ?? ""));
