import { parseBoolean } from '../shared/boolean.ts'
import { isTooDeep, MAX_SBOM_NESTING } from '../shared/nesting.ts'
import type { SigstoreChoice } from '../sigstore/instance.ts'
import { sbomPredicate } from '../sigstore/sbom.ts'
import type { InputName } from './names.ts'
import type { Reader } from './reader.ts'
import { readInside } from './workspace.ts'

/** What can be said of an image, and signed. */
export type Attestable = 'provenance' | 'sbom'

/** A file that an input names. */
export interface GivenFile {
  /** As it was given, for messages and commands. */
  readonly path: string
  readonly text: string
}

/** Where an SBOM comes from: a file of the user's, with what it holds, or BuildKit, one for each platform. */
export type SbomSource =
  | { readonly from: 'file'; readonly path: string; readonly content: unknown }
  | { readonly from: 'build' }

/** What is signed of the image, and where. */
export interface AttestInputs {
  /** Each once; nothing is signed if it is empty. */
  readonly what: readonly Attestable[]
  /** The SBOM that is signed; null if none is asked for. */
  readonly sbom: SbomSource | null
  readonly sigstore: SigstoreChoice
  /** The services of a custom instance of Sigstore; null with any other. */
  readonly signingConfig: GivenFile | null
  /** The only trust root if it is given; null: that of the instance. */
  readonly trustedRoot: GivenFile | null
}

const ATTESTABLE: readonly Attestable[] = ['provenance', 'sbom']

/** Where to sign, and by whose trust root to verify. */
export const SIGSTORE_CHOICES: readonly SigstoreChoice[] = ['auto', 'public-good', 'github', 'custom']

/**
 * The inputs `attest`, `sbom-file`, `sigstore`, `sigstore-signing-config` and `sigstore-trusted-root`.
 * @param verifies whether `require-provenance` verifies by the same `sigstore` and `sigstore-trusted-root`; null if the
 * action has no such input
 */
export function readAttest(reader: Reader, verifies: boolean | null = null): AttestInputs {
  const what = readWhat(reader)
  const sigstore = reader.choice('sigstore', SIGSTORE_CHOICES) ?? 'auto'
  // Turned off, what belongs to it may stay, and its files may be missing, as in a fork's checkout.
  if (what === null && !verifies) {
    return { what: [], sbom: null, sigstore, signingConfig: null, trustedRoot: null }
  }
  const isGiven = (name: InputName) => reader.text(name) !== ''
  const isAsked = isGiven('attest')
  const signs = what !== null && (isAsked || !verifies)
  const signingConfig = signs ? readSigstoreFile(reader, 'sigstore-signing-config') : null
  const trustedRoot = readSigstoreFile(reader, 'sigstore-trusted-root')
  if (sigstore === 'custom') {
    const needed = signs
      ? (['sigstore-signing-config', 'sigstore-trusted-root'] as const)
      : (['sigstore-trusted-root'] as const)
    for (const name of needed) {
      if (!isGiven(name)) reader.problem(name, '', 'is required with sigstore: custom')
    }
  } else if (signs && isGiven('sigstore-signing-config')) {
    reader.problem(
      'sigstore-signing-config',
      reader.text('sigstore-signing-config'),
      'needs sigstore: custom; the services of the other instances are known',
    )
  }
  if (what?.length === 0 && !isAsked) refuseWithoutUse(reader, verifies)
  return {
    what: what ?? [],
    sbom: what === null ? null : readSbom(reader, what),
    sigstore,
    signingConfig,
    trustedRoot,
  }
}

/** What says where to sign, and with whose trust root, although nothing is signed. */
function refuseWithoutUse(reader: Reader, verifies: boolean | null): void {
  const names = verifies
    ? (['sigstore-signing-config'] as const)
    : (['sigstore', 'sigstore-signing-config', 'sigstore-trusted-root'] as const)
  for (const name of names) {
    const value = reader.text(name)
    if (value === '' || value === 'auto') continue
    const also = verifies === false && name !== 'sigstore-signing-config' ? ' or require-provenance' : ''
    reader.problem(
      name,
      value,
      `needs attest${also}; without it nothing is signed${also === '' ? '' : ' or verified'}`,
    )
  }
}

function readSbom(reader: Reader, what: readonly Attestable[]): SbomSource | null {
  const asked = what.includes('sbom')
  const path = reader.text('sbom-file')
  if (path === '') return asked ? { from: 'build' } : null
  if (!asked) {
    reader.problem('sbom-file', path, 'needs attest: sbom; without it nothing of it is signed')
  }
  const must = 'must be the path of a file in the workspace, SPDX or CycloneDX as JSON'
  const reading = readInside(reader.source.cwd, path, must, LARGEST_SBOM)
  const problem = 'problem' in reading ? reading.problem : wrongSbom(reading.text)
  if (problem === null && 'text' in reading) {
    return asked ? { from: 'file', path, content: JSON.parse(reading.text) as unknown } : null
  }
  reader.problem('sbom-file', path, problem ?? must)
  return null
}

/** What actions/attest takes, in bytes. https://github.com/actions/attest/blob/main/src/sbom.ts */
const LARGEST_SBOM = 16 << 20

function wrongSbom(text: string): string | null {
  if (isTooDeep(Buffer.from(text), MAX_SBOM_NESTING)) {
    return `is nested deeper than ${MAX_SBOM_NESTING} levels, which an SBOM that is signed must not be`
  }
  let content: unknown
  try {
    content = JSON.parse(text)
  } catch (error) {
    return `is not valid JSON: ${(error as Error).message}`
  }
  return sbomPredicate(content) === null
    ? 'is neither SPDX 2 (spdxVersion, SPDXID) nor CycloneDX (bomFormat, specVersion)'
    : null
}

/** `true` is provenance. @returns null for `false`; empty if nothing is given */
function readWhat(reader: Reader): Attestable[] | null {
  const items = reader.list('attest', 'words')
  if (items.length === 1 && parseBoolean(items[0] ?? '') === false) return null
  const found = items.flatMap((item): Attestable[] => {
    const on = parseBoolean(item)
    if (on === true && items.length === 1) return ['provenance']
    const word = ATTESTABLE.find((one) => one === item)
    if (word !== undefined) return [word]
    reader.problem('attest', item, wrongWord(item))
    return []
  })
  return [...new Set(found)]
}

/** What docker's attestations look like goes into `attests`, which signs nothing. */
function wrongWord(item: string): string {
  const allowed = `must be true, false or ${ATTESTABLE.join(', ')}`
  return item.includes('=')
    ? `${allowed}; attributes of BuildKit's unsigned attestations go into the input 'attests'`
    : allowed
}

/** @returns null if the input is empty, or names no file, which is a problem then */
export function readSigstoreFile(
  reader: Reader,
  name: 'sigstore-signing-config' | 'sigstore-trusted-root',
): GivenFile | null {
  const path = reader.text(name)
  if (path === '') return null
  const must = 'must be the path of a file in the workspace'
  const reading = readInside(reader.source.cwd, path, must)
  if ('text' in reading) return { path, text: reading.text }
  reader.problem(name, path, reading.problem)
  return null
}
