import { writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Sigstore } from './services.ts'

/** The files that `sigstore: custom` names, in a workspace. */
export function writeSigstoreFiles(workspace: string, sigstore: Sigstore): void {
  const write = (name: string, text: string) => writeFileSync(path.join(workspace, name), text)
  write('trusted_root.json', sigstore.trustedRoot)
  write('signing_config.json', sigstore.signingConfig({ log: 1, timestamps: false }))
}

export const CUSTOM = {
  attest: 'provenance',
  sigstore: 'custom',
  'sigstore-signing-config': 'signing_config.json',
  'sigstore-trusted-root': 'trusted_root.json',
}
