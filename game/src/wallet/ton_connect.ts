import {
  type ConnectedWallet,
  type IStorage,
  THEME,
  TonConnect,
  type TonConnectOptions,
  TonConnectUI,
  UserRejectsError,
  WalletWrongNetworkError,
} from "@tonconnect/ui";
import type { Keep } from "../model/keep";
import type { Payment } from "../server/answers";
import { type About, type Connected, type Connector, KEPT, WalletError } from "./connector";

/** A window that nobody answers is given up after so long; what was to be signed is good for longer. */
const LONGEST_MS = 5 * 60 * 1000;
/** A wallet's answer may come this long after what it signed was good. */
const AFTER_MS = 5_000;
/** A wallet that was connected is there by then, or its bridge is away. */
const REKEPT_MS = 8_000;

/** @param walletsListSource Only where wallets are made up: else TON Connect's own list is read. */
export function tonConnect(about: About, walletsListSource?: string): Connector {
  const connector = new TonConnect(options(about, walletsListSource));
  connector.setConnectionNetwork(about.network);
  const ui = new TonConnectUI({
    connector,
    analytics: { mode: "off" },
    uiPreferences: { theme: themeOf(about.theme) },
    // Wallets inside Telegram come back to the game, not to its chat.
    ...(about.bot === null ? {} : { actionsConfiguration: { twaReturnUrl: `https://t.me/${about.bot}` as const } }),
  });
  return {
    restored: restored(ui),
    gone: (listener) => {
      ui.onStatusChange(
        (wallet) => {
          if (wallet === null) listener();
        },
        () => undefined,
      );
    },
    connect: (payload) => connect(ui, payload),
    disconnect: async () => {
      if (ui.connected) await ui.disconnect();
    },
    send: (payment) => send(ui, payment),
    setTheme: (theme) => {
      ui.uiOptions = { uiPreferences: { theme: themeOf(theme) } };
    },
  };
}

function options({ keep }: About, walletsListSource?: string): TonConnectOptions {
  const manifestUrl = new URL("./tonconnect-manifest.json", document.baseURI).href;
  const source = walletsListSource === undefined ? {} : { walletsListSource };
  return { manifestUrl, analytics: { mode: "off" }, storage: storageOf(keep), ...source };
}

function storageOf(keep: Keep): IStorage {
  return {
    getItem: async (key) => keep.get<string>(KEPT + key) ?? null,
    setItem: async (key, value) => void keep.set(KEPT + key, value),
    removeItem: async (key) => keep.delete(KEPT + key),
  };
}

function themeOf(theme: "light" | "dark"): THEME {
  return theme === "dark" ? THEME.DARK : THEME.LIGHT;
}

async function restored(ui: TonConnectUI): Promise<Connected | null> {
  const late = new Promise((done) => setTimeout(done, REKEPT_MS));
  await Promise.race([ui.connectionRestored, late]).catch(() => undefined);
  const account = ui.account;
  return account === null ? null : { address: account.address, claim: null };
}

/** The window opens before the payload is there, so that a slow network is seen to be one. */
function connect(ui: TonConnectUI, payload: Promise<string>): Promise<Connected> {
  return new Promise<Connected>((resolve, reject) => {
    const ends: (() => void)[] = [];
    const end = (how: () => void, close: boolean) => {
      for (const one of ends.splice(0)) one();
      // Nothing else can be told without the wallet being asked at once.
      ui.setConnectRequestParameters({ state: "loading" });
      if (close) ui.closeModal();
      how();
    };
    const fail = (error: unknown) => end(() => reject(error), true);
    ends.push(
      ui.onStatusChange(
        (wallet) => {
          if (wallet === null) return;
          const connected = connectedTo(wallet);
          end(() => (connected.claim === null ? reject(new WalletError("no-proof")) : resolve(connected)), false);
        },
        (error) => fail(failed(error)),
      ),
      ui.onModalStateChange((state) => {
        if (state.closeReason === "action-cancelled") end(() => reject(new WalletError("closed")), false);
      }),
    );
    const silent = setTimeout(() => fail(new WalletError("silent")), LONGEST_MS);
    ends.push(() => clearTimeout(silent));
    ui.setConnectRequestParameters({ state: "loading" });
    ui.openModal().catch((error: unknown) => fail(failed(error)));
    payload.then(
      (tonProof) => {
        if (ends.length > 0) ui.setConnectRequestParameters({ state: "ready", value: { tonProof } });
      },
      (error: unknown) => fail(error),
    );
  });
}

function connectedTo(wallet: ConnectedWallet): Connected {
  const { address, walletStateInit, publicKey } = wallet.account;
  const reply = wallet.connectItems?.tonProof;
  if (reply === undefined || !("proof" in reply)) return { address, claim: null };
  const { timestamp, domain, payload, signature } = reply.proof;
  const proof = {
    timestamp,
    domain,
    payload,
    signature,
    ...(walletStateInit ? { state_init: walletStateInit } : {}),
    ...(publicKey ? { public_key: publicKey } : {}),
  };
  return { address, claim: { address, proof } };
}

async function send(ui: TonConnectUI, payment: Payment): Promise<void> {
  let limit: ReturnType<typeof setTimeout> | undefined;
  const silent = new Promise<never>((_, reject) => {
    const ms = payment.valid_until * 1000 - Date.now() + AFTER_MS;
    // A phone's clock that is wrong does not make it shorter than a minute.
    limit = setTimeout(() => reject(new WalletError("silent")), Math.max(60_000, Math.min(ms, LONGEST_MS)));
  });
  const sent = ui.sendTransaction(
    {
      validUntil: payment.valid_until,
      network: payment.network,
      from: payment.from,
      messages: payment.messages,
    },
    { modals: ["before"], notifications: [] },
  );
  try {
    await Promise.race([sent, silent]);
  } catch (error) {
    if (error instanceof WalletError) throw error;
    // TON Connect has no type of its own for a window that was closed.
    const closed = error instanceof Error && error.message.includes("was not sent");
    throw closed ? new WalletError("closed", error) : failed(error);
  } finally {
    clearTimeout(limit);
  }
}

function failed(error: unknown): WalletError {
  if (error instanceof WalletError) return error;
  if (error instanceof UserRejectsError) return new WalletError("rejected", error);
  if (error instanceof WalletWrongNetworkError) return new WalletError("wrong-network", error);
  return new WalletError("failed", error);
}
