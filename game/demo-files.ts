import type { Plugin, Rollup } from "vite";

/**
 * Names in `demo-files.txt` what only the demo's page loads. A real server does not have these files: what is in them signs in whoever it is
 * asked to.
 */
export function demoFiles(game: string): Plugin {
  return {
    name: "demo-files",
    apply: "build",
    enforce: "post",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
      const entries = chunks.filter((chunk) => chunk.isEntry);
      const ofGame = reached(
        entries.filter((chunk) => chunk.name === game),
        bundle,
      );
      const ofAll = reached(entries, bundle);
      const ofDemo = [...ofAll].filter((file) => !ofGame.has(file)).sort();
      const source = ofDemo.map((file) => `${file}\n`).join("");
      this.emitFile({ type: "asset", fileName: "demo-files.txt", source });
    },
  };
}

/** The files that these load, and that those load, to the end. */
function reached(from: Rollup.OutputChunk[], bundle: Rollup.OutputBundle): Set<string> {
  const seen = new Set<string>();
  const waiting = from.map((chunk) => chunk.fileName);
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    const chunk = bundle[file];
    if (seen.has(file)) {
      continue;
    }
    seen.add(file);
    if (chunk?.type === "chunk") {
      const styles = chunk.viteMetadata?.importedCss ?? [];
      const assets = chunk.viteMetadata?.importedAssets ?? [];
      waiting.push(...chunk.imports, ...chunk.dynamicImports, ...styles, ...assets);
    }
  }
  return seen;
}
