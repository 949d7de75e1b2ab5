import { bytes, type Chunk, describeChunk, order, type Stats } from './dist-readme.ts'

// What local-ecr/dist/README.md says of the files in local-ecr/dist/.

/** The most bytes of all scripts. */
export const MOST_LOCAL_ECR_BYTES = 1_000_000

/**
 * The text of local-ecr/dist/README.md.
 * @param sizes the bytes of each script, by its name, minified
 * @throws Error if the statistics and the scripts are not of the same build
 */
export function localEcrReadme({ chunks }: Stats, sizes: ReadonlyMap<string, number>): string {
  const described: Chunk[] = chunks
    .map((chunk) => describeChunk(chunk, [], 'local-ecr/', '`local-ecr/action.yml`, `local-ecr/post/`'))
    .sort((a, b) => order(a.file) - order(b.file))
  const names = described.map(({ file }) => file)
  if (names.length !== sizes.size || !names.every((name) => sizes.has(name)))
    throw new Error(
      `webpack names ${names.join(', ')}; in local-ecr/dist/ are ${[...sizes.keys()].join(', ')}`,
    )
  const rows = described.map(
    ({ file, loaders, content }) =>
      `| \`${file}\` | ${bytes(sizes.get(file) ?? 0)} | ${loaders} | ${content} |`,
  )
  const total = [...sizes.values()].reduce((sum, size) => sum + size, 0)
  return `# local-ecr/dist/

The bundle of the action [local-ecr](../README.md#use-it-in-a-workflow): \`local-ecr/\` and the packages it uses. \`npm run build\` writes this whole folder, this file included; \`npm test\` fails if it is not, byte for byte, what \`local-ecr/\` and the lock file make.

- \`index.js\` is the main step, the post step, and the process that runs between them.
- \`licenses.txt\` has the licences of the packages, \`notices.txt\` the licence notices from comments of their code.

${names.length} scripts, ${bytes(total)} bytes (at most ${bytes(MOST_LOCAL_ECR_BYTES)}).

| Script | Bytes | Loaded by (to import) | What is in it |
| --- | ---: | --- | --- |
${rows.join('\n')}
`
}
