/** Longest first: one may be a part of another. */
const known: string[] = []

/**
 * Remembers a secret of this run, which the runner masks.
 * @param secret of several lines, which the runner masks one by one too
 */
export function rememberSecret(secret: string): void {
  for (const part of [secret, ...secret.split(/\r?\n/)]) {
    if (part.trim() !== '' && !known.includes(part)) known.push(part)
  }
  known.sort((one, other) => other.length - one.length)
}

/** A text as the runner shows it, before it is cut: of a part of a secret, no mask knows. */
export const withoutSecrets = (text: string): string =>
  known.reduce((masked, secret) => masked.replaceAll(secret, '***'), text)
