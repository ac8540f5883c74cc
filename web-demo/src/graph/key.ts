/** A key for one thing meant. `crypto.randomUUID` is for secure contexts only, and a phone in the house has none. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  const hex = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  return `demo-${hex}`;
}
