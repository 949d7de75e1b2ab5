import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from '@jest/globals'
import { apt, folder, run, useCopies, withPackages } from '../support/doors.ts'

// Where the demo and the tests get cosign from.

useCopies()

const NO_SID = apt(
  `echo "E: The repository 'http://mirror.example sid Release' has no Release file." >&2; exit 100`,
)

let made: string | undefined

/** A checkout with a command that says the path of cosign, or why there is none; nothing is fetched there yet. */
function checkout(): string {
  made ??= newCheckout()
  const local = path.join(made, '.local')
  for (const name of existsSync(local) ? readdirSync(local) : [])
    if (name !== 'compile-cache') rmSync(path.join(local, name), { recursive: true })
  return made
}

function newCheckout(): string {
  const made = withPackages(() => undefined)
  writeFileSync(
    path.join(made, 'dev', 'which.ts'),
    `import { main } from './command/main.ts'
import { prepareClients } from './with-engines.ts'
await main({ help: '', options: {} }, async () => {
  const wanted = { clients: [], optional: ['cosign'] }
  console.log(JSON.stringify(await prepareClients(wanted, console.log)))
  return 0
})
`,
  )
  return made
}

test('from its image, if the mirror has no package', async () => {
  const program = `#!/bin/sh\\necho '{"gitVersion": "v3.1.3"}'\\n`
  const docker = `case "$1" in
create) echo "$2" >>"${folder}/images"; echo 4711 ;;
export) mkdir -p "${folder}/root/ko-app" && printf '%b' '${program.replaceAll("'", "'\\''")}' >"${folder}/root/ko-app/cosign" && chmod +x "${folder}/root/ko-app/cosign" && tar -C "${folder}/root" -cf "$3" ko-app ;;
rm) echo "$2" >>"${folder}/removed" ;;
esac`
  const { code, output } = await run({
    args: ['dev/which.ts'],
    folder: checkout,
    programs: { ...NO_SID, docker, chmod: 'exec /bin/chmod "$@"' },
  })
  expect(output).toMatch(/Taking the files of the image ghcr\.io\/sigstore\/cosign\/cosign:v3\.\d+\.\d+\n/)
  expect(output).toMatch(/"cosign":"[^"]+\/cosign-of-image\/ko-app\/cosign"/)
  expect(code).toBe(0)
})

test('from nowhere: one line says why, and the work goes on', async () => {
  const { code, output } = await run({ args: ['dev/which.ts'], folder: checkout, programs: NO_SID })
  expect(output).toMatch(/Fetching cosign of sid failed: The repository .* has no Release file\.\n/)
  expect(output).toMatch(/There will be no cosign: There is no cosign 3, and none can be fetched\.\n/)
  expect(output).toMatch(/"cosign":""/)
  expect(code).toBe(0)
})

test('of PATH, if it is of version 3', async () => {
  const cosign = (version: string) => `echo '{"gitVersion": "v${version}"}'`
  const { output } = await run({
    args: ['dev/which.ts'],
    folder: checkout,
    programs: { ...NO_SID, cosign: cosign('3.0.2') },
  })
  expect(output).toMatch(/"cosign":"[^"]+\/programs-\d+\/cosign"/)
  const old = await run({
    args: ['dev/which.ts'],
    folder: checkout,
    programs: { ...NO_SID, cosign: cosign('2.4.1') },
  })
  expect(old.output).toMatch(/"cosign":""/)
})
