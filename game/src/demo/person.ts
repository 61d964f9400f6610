import type { DemoServer, SignedIn } from "./routes";

/** The one that the address names, the one of before, or somebody new. `?person=new` is somebody new every time. */
export async function signIn(server: DemoServer): Promise<SignedIn> {
  const asked = new URL(location.href).searchParams.get("person");
  const wanted = asked ?? remembered();
  const signed = await server.signIn(wanted === NEW ? null : wanted).catch((error: unknown) => {
    // Whoever was remembered may be of a demonstration of yesterday.
    if (asked !== null) throw error;
    return server.signIn(null);
  });
  remember(signed.person.id);
  return signed;
}

export const NEW = "new";

/** The address of the demonstration with another person. */
export function addressOf(person: string): string {
  const url = new URL(location.href);
  url.searchParams.set("person", person);
  return url.href;
}

/** This window's person, else the one that any window had last. */
function remembered(): string | null {
  try {
    return sessionStorage.getItem(KEY) ?? localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

function remember(person: string): void {
  try {
    sessionStorage.setItem(KEY, person);
    localStorage.setItem(KEY, person);
  } catch {
    // Then it is somebody new the next time.
  }
  const url = new URL(location.href);
  if (url.searchParams.has("person")) history.replaceState(null, "", addressOf(person));
}

const KEY = "scrip-demo:person";
