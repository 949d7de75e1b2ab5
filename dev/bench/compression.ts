import { randomBytes } from 'node:crypto'
import { closeSync, mkdirSync, openSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { REGION, type Stage } from '../stage.ts'

// What a new layer takes with each compression: the whole step, from a layer that no cache has to a tag in ECR, without
// a distance to it, so that what is compared is the work and not the network.

/** Of the files of the layer, before they are compressed. */
export const MEGABYTES = 250
const ROUNDS = 3
const FILES = 10
const WAYS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'builder’s own': {},
  gzip: { compression: 'gzip' },
  zstd: { compression: 'zstd' },
  estargz: { compression: 'estargz' },
  uncompressed: { compression: 'uncompressed' },
}

/**
 * Prints the table: seconds of each round and their median, and the size of the image as ECR holds it.
 * @param megabytes of the layer
 * @returns the exit code
 */
export async function measureCompression(stage: Stage, megabytes: number): Promise<number> {
  const context = path.join(stage.folder, 'app')
  const data = path.join(context, 'data')
  const names = Object.keys(WAYS)
  mkdirSync(context)
  writeFileSync(path.join(context, 'Dockerfile'), `FROM ${stage.baseImage}\nCOPY data /data\n`)
  const measured = new Map(names.map((name) => [name, { seconds: [] as number[], bytes: 0 }]))
  for (let round = 0; round < ROUNDS; round++) {
    // Each way comes at each place about equally often.
    for (let at = 0; at < names.length; at++) {
      const name = names[(at + round) % names.length] as string
      rmSync(data, { recursive: true, force: true })
      mkdirSync(data, { recursive: true })
      for (let file = 0; file < FILES; file++)
        writeHalfRandom(path.join(data, `${file}`), (megabytes * 1e6) / FILES)
      const result = await stage.main({
        repository: 'app',
        'aws-region': REGION,
        context: 'app',
        tags: name.replace(/\W/g, '-'),
        ...WAYS[name],
      })
      if (result.exitCode !== 0) throw new Error(result.log)
      measured.get(name)?.seconds.push(result.seconds)
      Object.assign(measured.get(name) ?? {}, { bytes: Number(result.outputs['size']) })
    }
  }
  console.log(
    `A new layer of ${megabytes} MB in ${FILES} files, half of it random; the whole step, without a distance to ECR; ${ROUNDS} rounds, ${os.cpus().length} processors.`,
  )
  console.log(
    '| compression | seconds, median | of each round | image in ECR, MB |\n| --- | --- | --- | --- |',
  )
  for (const [name, { seconds, bytes }] of measured) {
    const median = seconds.toSorted((a, b) => a - b)[Math.floor(ROUNDS / 2)] ?? Number.NaN
    const each = seconds.map((value) => value.toFixed(1)).join(' ')
    console.log(`| ${name} | ${median.toFixed(1)} | ${each} | ${(bytes / 1e6).toFixed(1)} |`)
  }
  return 0
}

/** A file of which every other 4 kB are random, and those between them repeat what stands before. */
function writeHalfRandom(file: string, bytes: number): void {
  const handle = openSync(file, 'w')
  try {
    for (let written = 0; written < bytes; ) {
      const block = randomBytes(4096)
      for (const one of [block, block]) {
        const part = one.subarray(0, Math.max(0, bytes - written))
        writeSync(handle, part)
        written += part.length
      }
    }
  } finally {
    closeSync(handle)
  }
}
