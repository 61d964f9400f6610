/** How a pipe is painted. */
export interface PipeLook {
  name: string;
  /** From left to right: edge, body, light. As CSS writes colours. */
  edge: string;
  body: string;
  light: string;
}

export const GREEN: PipeLook = { name: "Green pipe", edge: "#1f5f2e", body: "#3fae54", light: "#8fdc8a" };
