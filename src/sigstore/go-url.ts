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
export function formsOfUrl(meant: string): readonly string[] {
  return [meant, parsedByGo(meant), joinedByGo(meant)]
}

/** `url.Parse(…).String()`. */
function parsedByGo(url: string): string {
  const [before = '', fragment] = cutAt(url, '#')
  const [whole = '', query] = cutAt(before, '?')
  const [origin, path] = originAndPath(whole)
  return [
    origin,
    escaped(path, IN_PATH, KEPT_IN_PATH),
    query === null ? '' : `?${query}`,
    fragment === null ? '' : `#${escaped(fragment, IN_FRAGMENT, KEPT_IN_FRAGMENT)}`,
  ].join('')
}

/** `base.JoinPath(…).String()`: all of it is path. */
function joinedByGo(url: string): string {
  const [origin, path] = originAndPath(url)
  return `${origin}${escaped(path, IN_PATH, KEPT_IN_PATH)}`
}

// What Go takes for encoded already, and what it leaves as it is when it encodes.
// https://github.com/golang/go/blob/master/src/net/url/url.go (validEncoded, shouldEscape)
const IN_PATH = /^(?:[\w\-.~$&+,/:;=@!'()*[\]]|%[\da-f]{2})*$/i
const KEPT_IN_PATH = /[\w\-.~$&+,/:;=@]/
const IN_FRAGMENT = /^(?:[\w\-.~$&+,/:;=@!'()*[\]?]|%[\da-f]{2})*$/i
const KEPT_IN_FRAGMENT = /[\w\-.~$&+,/:;=@?!()*]/

function escaped(text: string, valid: RegExp, kept: RegExp): string {
  if (valid.test(text)) return text
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
