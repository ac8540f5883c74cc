import react from "@vitejs/plugin-react";
import { defineConfig } from "vitest/config";

// `HOLDFAST_URL=http://127.0.0.1:8080 npm run dev`: the pages come from here, everything else from a running system.
const api = process.env["HOLDFAST_URL"] ?? "http://127.0.0.1:8080";
// The system asks who wants its tokens: to it, these pages are its own.
const own = { target: api, changeOrigin: true, headers: { origin: api } };

export default defineConfig({
  plugins: [react()],
  // Trusted types are on: nothing may write HTML, the helper for old browsers included.
  build: { target: "es2023", modulePreload: { polyfill: false }, assetsInlineLimit: 0, chunkSizeWarningLimit: 700 },
  server: { host: "127.0.0.1", proxy: { "/graphql": { ...own, ws: true }, "/dev": own } },
  test: { environment: "node", include: ["src/**/*.test.{ts,tsx}"], restoreMocks: true },
});
