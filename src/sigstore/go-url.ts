/**
 * Whether a certificate's URL is one of the forms in which Fulcio writes another: as it is, or percent-encoded as Go
 * does, in which Fulcio is written. A branch or a workflow file may have any letter in its name.
 * https://github.com/sigstore/fulcio/blob/main/pkg/identity/ciprovider/principal.go (url.Parse)
 * https://github.com/sigstore/fulcio/blob/main/pkg/identity/github/principal.go (JoinPath)
 * @param written in the certificate
 * @param meant `https://HOST/PATH`, of claims as they are
 */
export function isUrlOf(written: string, meant: string): boolean {
  return formsOfUrl(meant).includes(written)
}

/** The forms in which Fulcio may write a URL, `https://HOST/PATH`: see {@link isUrlOf}. */
function formsOfUrl(meant: string): readonly string[] {
  return [meant, parsedByGo(meant), joinedByGo(meant)]
}

/**
 * What follows the start of a URL that Fulcio wrote. Go encodes all of a path if anything in it has to be, so that the
 * start of one may be encoded for something that only follows it.
 * @param written in the certificate
 * @param start `https://HOST/PATH`, as in the claims, up to where it ends
 * @returns null if it begins with another one
 */
export function afterStartOfUrl(written: string, start: string): string | null {
  const after = (form: string) => (written.startsWith(form) ? written.slice(form.length) : null)
  for (const form of formsOfUrl(start)) {
    const rest = after(form)
    if (rest !== null) return rest
  }
  const encoded = [parsedByGo(start, true), joinedByGo(start, true)].map(after)
  return encoded.find((rest) => rest?.includes('%')) ?? null
}

/** `url.Parse(…).String()`. @param all whether something that follows has to be encoded */
function parsedByGo(url: string, all = false): string {
  const [before = '', fragment] = cutAt(url, '#')
  const [whole = '', query] = cutAt(before, '?')
  const [origin, path] = originAndPath(whole)
  return [
    origin,
    escaped(path, IN_PATH, KEPT_IN_PATH, all && query === null && fragment === null),
    query === null ? '' : `?${query}`,
    fragment === null ? '' : `#${escaped(fragment, IN_FRAGMENT, KEPT_IN_FRAGMENT, all)}`,
  ].join('')
}

/** `base.JoinPath(…).String()`: all of it is path. @param all as above */
function joinedByGo(url: string, all = false): string {
  const [origin, path] = originAndPath(url)
  return `${origin}${escaped(path, IN_PATH, KEPT_IN_PATH, all)}`
}

// What Go takes for encoded already, and what it leaves as it is when it encodes.
// https://github.com/golang/go/blob/master/src/net/url/url.go (validEncoded, shouldEscape)
const IN_PATH = /^(?:[\w\-.~$&+,/:;=@!'()*[\]]|%[\da-f]{2})*$/i
const KEPT_IN_PATH = /[\w\-.~$&+,/:;=@]/
const IN_FRAGMENT = /^(?:[\w\-.~$&+,/:;=@!'()*[\]?]|%[\da-f]{2})*$/i
const KEPT_IN_FRAGMENT = /[\w\-.~$&+,/:;=@?!()*]/

function escaped(text: string, valid: RegExp, kept: RegExp, all: boolean): string {
  if (!all && valid.test(text)) return text
  let written = ''
  for (const byte of unescaped(text)) {
    const letter = String.fromCharCode(byte)
    written +=
      byte < 0x80 && kept.test(letter) ? letter : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`
  }
  return written
}

function unescaped(text: string): Buffer {
  const parts = text.split(/%([\da-f]{2})/i)
  // Every second part is what was encoded.
  return Buffer.concat(parts.map((part, at) => Buffer.from(part, at % 2 === 0 ? 'utf8' : 'hex')))
}

function originAndPath(url: string): [origin: string, path: string] {
  const [, origin = '', path = ''] = /^(\w+:\/\/[^/]*)(.*)$/su.exec(url) ?? [null, '', url]
  return [origin, path]
}

function cutAt(text: string, at: string): [before: string, after: string | null] {
  const index = text.indexOf(at)
  return index < 0 ? [text, null] : [text.slice(0, index), text.slice(index + 1)]
}
