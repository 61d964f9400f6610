import { asker } from "../server/ask";
import { serverOf } from "../server/client";

/** What only `scrip demo` answers: it signs in whoever asks, and has everybody's wallet. */
export interface Person {
  id: string;
  name: string;
}

export interface SignedIn {
  init_data: string;
  person: Person;
}

export interface DemoWallet {
  /** Raw. */
  address: string;
  network: string;
  public_key: string;
  wallet_state_init: string;
  proof?: {
    timestamp: number;
    domain: { lengthBytes: number; value: string };
    payload: string;
    signature: string;
  };
}

export interface DemoMessage {
  address: string;
  amount: string;
  payload?: string;
  state_init?: string;
}

export interface DemoServer {
  people(): Promise<Person[]>;
  signIn(person: string | null): Promise<SignedIn>;
  wallet(person: string, payload: string | null): Promise<DemoWallet>;
  send(person: string, validUntil: number, messages: DemoMessage[]): Promise<string>;
}

export function demoServer(base = serverOf(document.baseURI)): DemoServer {
  const ask = asker({ base, initData: null, reached: () => undefined, clock: () => undefined });
  const post = <T>(path: string, body: unknown) => ask<T>({ method: "POST", path: `demo/${path}`, body });
  return {
    people: async () => (await ask<{ people: Person[] }>({ method: "GET", path: "demo/people" })).people,
    signIn: (person) => post("sign-in", person === null ? {} : { person }),
    wallet: (person, payload) => post("wallet/connect", payload === null ? { person } : { person, payload }),
    send: async (person, validUntil, messages) =>
      (await post<{ boc: string }>("wallet/send", { person, valid_until: validUntil, messages })).boc,
  };
}
