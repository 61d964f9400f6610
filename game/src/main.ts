import { start } from "./start";
import type { LoadConnector } from "./wallet/connector";

const wallets: LoadConnector = async (about) => {
  const { tonConnect } = await import("./wallet/ton_connect");
  return tonConnect(about);
};

const root = document.getElementById("app");
if (root !== null) start(root, wallets);
