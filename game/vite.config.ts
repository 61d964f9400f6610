import { resolve } from "node:path";
import preact from "@preact/preset-vite";
import { defineConfig } from "vite";
import { compress } from "./compress.ts";
import { demoFiles } from "./demo-files.ts";

/** Where `npm run dev` sends what the game asks its server: a `scrip demo` on this machine. */
const server = process.env.SCRIP_URL ?? "http://127.0.0.1:8080";
const asked = "config|run|played|me|leaderboard|purchases|payment|tokens|wallet|ton-proof|invoice";

export default defineConfig({
  base: "./",
  plugins: [preact(), demoFiles("index"), compress()],
  build: {
    target: "es2022",
    // `demo.html` has a Telegram and a wallet that are made up. Only `scrip demo` serves it.
    rollupOptions: { input: { index: resolve("index.html"), demo: resolve("demo.html") } },
    chunkSizeWarningLimit: 1500,
  },
  server: {
    // Whole paths: `demo.html` is this server's own.
    proxy: { [`^/(${asked})$`]: server, "^/demo/": server },
  },
});
