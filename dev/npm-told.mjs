// What npm tells with --loglevel=http, read for people. Plain JavaScript without imports: there are no
// packages yet.

/**
 * What npm says of a server whose certificate it does not trust. npm tries each of several hundred packages three times
 * before it ends, which takes minutes, and trying again does not change a certificate.
 */
const CERTIFICATE =
  /\b(?:SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_GET_ISSUER_CERT(?:_LOCALLY)?|UNABLE_TO_VERIFY_LEAF_SIGNATURE|CERT_HAS_EXPIRED|CERT_NOT_YET_VALID|ERR_TLS_CERT_ALTNAME_INVALID)\b/

/**
 * Where an installation is.
 * @param {string} output all that npm has said until now
 * @param {number} unpacked packages that are in node_modules
 * @param {number} wanted packages that will be
 */
export function describeProgress(output, unpacked, wanted) {
  const archives = output.match(/^npm http (?:fetch|cache) .*\.tgz\b.*$/gm) ?? []
  const fetched = archives.filter((line) => !/ failed with /.test(line)).length
  const [, reason] = [...output.matchAll(/^npm http fetch .* failed with (\S+)$/gm)].at(-1) ?? []
  // The packages of other platforms count for npm, and not here.
  const counts = `${Math.min(fetched, wanted)} packages fetched, ${unpacked} of ${wanted} unpacked`
  return reason === undefined ? counts : `${counts}; npm retries what failed with ${reason}`
}

/**
 * Why an installation cannot succeed, however long npm goes on.
 * @param {string} output all that npm has said until now
 * @returns {{ what: string, remedy: string } | undefined} two sentences; undefined if nothing is known to be in the way
 */
export function findRefusal(output) {
  const [code] = CERTIFICATE.exec(output) ?? []
  if (code === undefined) return undefined
  return {
    what: `npm does not trust the certificate that the npm registry, or a proxy on the way to it, shows (${code}).`,
    remedy:
      'check the clock of this machine; and if a proxy signs in place of the registry, name the file of its certificate to npm (npm config set cafile FILE, or NODE_EXTRA_CA_CERTS=FILE) until npm ping succeeds.',
  }
}

/**
 * npm's own sentence: the first line of its error that says something; or if npm itself does not run, why.
 * @param {string} output all that npm, or another program, has said
 */
export function reasonOf(output) {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => !/^npm (?:http|warn|notice)\b/i.test(line))
  const ofNpm = lines
    .filter((line) => /^npm (error|ERR!)/.test(line))
    .map((line) => line.replace(/^npm \S+ ?/, ''))
  const said = ofNpm.find((line) => line !== '' && !/^(code|errno|syscall|path|A complete log)\b/.test(line))
  return said ?? lines.find((line) => /Error: /.test(line)) ?? lines.find(Boolean) ?? 'it said nothing'
}
