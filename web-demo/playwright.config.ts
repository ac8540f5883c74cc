// The flows of the demo in a real browser, against a running `holdfast dev`, which HOLDFAST_URL names.
import { defineConfig } from "@playwright/test";

const artifacts = process.env["HOLDFAST_ARTIFACTS"] ?? "../target/web-demo";

export default defineConfig({
  testDir: "e2e",
  outputDir: `${artifacts}/${process.env["HOLDFAST_RUN"] ?? "run"}`,
  workers: 1,
  retries: 0,
  forbidOnly: true,
  timeout: 150_000,
  expect: { timeout: 30_000 },
  reporter: [["list"]],
  use: {
    baseURL: process.env["HOLDFAST_URL"] ?? "http://127.0.0.1:8080",
    actionTimeout: 30_000,
    viewport: { width: 1280, height: 900 },
    trace: "retain-on-failure",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["HOLDFAST_CHROMIUM"] ?? "/usr/bin/chromium",
      // As root there is no sandbox, and nothing is asked of the outside.
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
