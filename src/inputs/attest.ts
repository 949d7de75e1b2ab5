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

/** The inputs `attest`, `sbom-file`, `sigstore`, `sigstore-signing-config` and `sigstore-trusted-root`. */
export function readAttest(reader: Reader): AttestInputs {
  const what = readWhat(reader)
  const sigstore = reader.choice('sigstore', ['auto', 'public-good', 'github', 'custom']) ?? 'auto'
  // Turned off, what belongs to it may stay, and its files may be missing, as in a fork's checkout.
  if (what === null) return { what: [], sbom: null, sigstore, signingConfig: null, trustedRoot: null }
  const signingConfig = readFile(reader, 'sigstore-signing-config')
  const trustedRoot = readFile(reader, 'sigstore-trusted-root')
  const isGiven = (name: InputName) => reader.text(name) !== ''
  if (sigstore === 'custom') {
    for (const name of ['sigstore-signing-config', 'sigstore-trusted-root'] as const) {
      if (!isGiven(name)) reader.problem(name, '', 'is required with sigstore: custom')
    }
  } else if (isGiven('sigstore-signing-config')) {
    reader.problem(
      'sigstore-signing-config',
      reader.text('sigstore-signing-config'),
      'needs sigstore: custom; the services of the other instances are known',
    )
  }
  if (what.length === 0 && reader.text('attest') === '') {
    const names = ['sigstore', 'sigstore-signing-config', 'sigstore-trusted-root'] as const
    for (const name of names) {
      if (isGiven(name) && reader.text(name) !== 'auto')
        reader.problem(name, reader.text(name), 'needs attest; without it nothing is signed')
    }
  }
  return { what, sbom: readSbom(reader, what), sigstore, signingConfig, trustedRoot }
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

function readFile(
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
