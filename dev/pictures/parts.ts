import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { CommandError } from '../command/errors.ts'
import { libraryFolders, unpack, unpackWithDependencies } from '../engine/debian.ts'
import { madeOnce } from '../engine/made-once.ts'
import { type Log, run, works } from '../engine/process.ts'

/** What GitHub draws charts with. Only its bundle is used, so what it depends on is not installed. */
const MERMAID = {
  version: '11.17.2',
  integrity: 'V6K3C8EBdEsPFZXSKMJe6ppQOENxuHARr9GvHX4hh47lAbhMRD9qf4oEK7LoaRQxULMa80/qt5gHO73aCleBBg==',
}

/**
 * Mermaid's bundle, fetched by npm from its registry and checked.
 * @returns the path of its script
 * @throws CommandError if it cannot be fetched
 */
export async function mermaid(log: Log): Promise<string> {
  const { version, integrity } = MERMAID
  const folder = await madeOnce(`mermaid-${version}`, async (unfinished, work) => {
    log(`Fetching mermaid ${version}, 18 MB`)
    const name = `mermaid@${version}`
    await run('npm', ['pack', '--silent', '--pack-destination', work, name]).catch((cause: Error) => {
      throw new CommandError(
        `npm cannot fetch ${name}: ${cause.message}`,
        'check that the npm registry can be reached.',
        {
          cause,
        },
      )
    })
    const archive = path.join(work, `mermaid-${version}.tgz`)
    const digest = createHash('sha512')
      .update(await readFile(archive))
      .digest('base64')
    if (digest !== integrity) {
      throw new CommandError(
        `${name} is not the package that this project knows: its SHA-512 is ${digest}.`,
        'look into where npm fetches packages from (npm config get registry).',
      )
    }
    await mkdir(unfinished)
    await run('tar', ['-xzf', archive, '-C', unfinished, 'package/dist/mermaid.min.js', 'package/LICENSE'])
  })
  return path.join(folder, 'package/dist/mermaid.min.js')
}

/**
 * Chromium with the fonts of this project's pictures: the machine's if it has one, else Debian's, unpacked with what it
 * depends on.
 * @returns a program that starts it
 * @throws CommandError if there is none and it cannot be fetched
 */
export async function chromium(log: Log): Promise<string> {
  const fonts = await unpack('fonts', { native: ['fonts-liberation', 'fonts-noto-color-emoji'] }, log)
  const machine = '/usr/lib/chromium/chromium'
  const own = existsSync(machine)
    ? null
    : await unpackWithDependencies('chromium', ['chromium'], async () => undefined, log)
  const program = own === null ? machine : path.join(own, machine)
  const folders = own === null ? [] : await libraryFolders(own)
  // libpulse looks for a part of itself where its package would have put it.
  const parts = folders
    .map((folder) => path.join(folder, 'pulseaudio'))
    .filter((folder) => existsSync(folder))
  const libraries = own === null ? [] : [...folders, ...parts, path.dirname(program)]
  const kind = createHash('sha256')
    .update(JSON.stringify([program, libraries]))
    .digest('hex')
    .slice(0, 8)
  const folder = await madeOnce(`browser-${kind}`, async (unfinished) => {
    await mkdir(unfinished)
    await writeFile(path.join(unfinished, 'fonts.conf'), fontsConf(fonts))
    // The path of the folder, as it is once it is made.
    const start = `#!/bin/sh
export FONTCONFIG_FILE="$(dirname "$0")/fonts.conf" LD_LIBRARY_PATH='${libraries.join(':')}'
exec '${program}' "$@"
`
    await writeFile(path.join(unfinished, 'chromium'), start, { mode: 0o755 })
  })
  const starter = path.join(folder, 'chromium')
  if (await works(starter, ['--headless=new', '--no-sandbox', '--version'])) return starter
  throw new CommandError(
    `${program} does not start.`,
    'install Chromium (apt-get install chromium), and try again.',
  )
}

/** Nothing but the fonts that are fetched: the pictures look alike on every machine. */
const fontsConf = (folder: string) => `<?xml version="1.0"?>
<!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig>
  <dir>${path.join(folder, 'usr/share/fonts')}</dir>
  <cachedir prefix="xdg">fontconfig</cachedir>
  ${alias('sans-serif', 'Liberation Sans')}
  ${alias('Helvetica', 'Liberation Sans')}
  ${alias('Arial', 'Liberation Sans')}
  ${alias('monospace', 'Liberation Mono')}
</fontconfig>
`

const alias = (family: string, font: string) =>
  `<alias binding="same"><family>${family}</family><prefer><family>${font}</family><family>Noto Color Emoji</family></prefer></alias>`
