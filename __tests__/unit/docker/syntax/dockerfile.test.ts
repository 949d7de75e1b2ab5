import { describe, expect, test } from '@jest/globals'
import { parseDockerfile } from '../../../../src/docker/syntax/dockerfile.ts'

/** Line, keyword, flags, words and heredocs of each instruction, as a text. */
const read = (text: string) =>
  parseDockerfile(text).instructions.map(
    ({ line, endLine, keyword, flags, words, heredocs }) =>
      `${line}-${endLine} ${keyword} ${JSON.stringify([flags, words])} ${heredocs}`,
  )

describe('heredocs', () => {
  test('several of one instruction, whose lines are no instructions', () => {
    const text = `FROM a
RUN cat <<EOF > /a && cat <<-'E2' 3<<"E 3"
FROM x
EOF
ARG TARGETARCH
\tE2
E 3
RUN x`
    expect(read(text)).toEqual([
      '1-1 FROM [[],["a"]] 0',
      `2-2 RUN [[],${JSON.stringify(['cat', '<<EOF', '>', '/a', '&&', 'cat', "<<-'E2'", '3<<"E 3"'])}] 3`,
      '8-8 RUN [[],["x"]] 0',
    ])
  })

  test.each([
    ['RUN echo $((1<<2))', 0],
    ['RUN cat <<< x', 0],
    ['RUN echo "<<EOF"', 0],
    ['RUN echo a<<EOF', 0],
    ['RUN ["sh", "<<EOF"]', 0],
    ['LABEL a=<<EOF', 0],
    ['CMD <<EOF', 0],
    ['RUN <<\\EOF\nx\nEOF', 1],
    ['COPY a <<b /c\nb', 1],
    ['ONBUILD RUN <<EOF\nx\nEOF', 1],
    ['run <<EOF\r\nx\r\nEOF', 1],
  ])('%j has %i, and what follows is read', (text, count) => {
    const { instructions } = parseDockerfile(`${text}\nRUN last`)
    expect(instructions.map(({ heredocs }) => heredocs)).toEqual([count, 0])
    expect(instructions.at(-1)?.text).toBe('RUN last')
  })
})

test('lines that continue, with comments and empty lines between them', () => {
  expect(read('FROM a\nRUN --mount=type=x \\\n# why\n\n  --network=none \\ \n  make \\\\\nRUN b')).toEqual([
    '1-1 FROM [[],["a"]] 0',
    '2-6 RUN [["--mount=type=x","--network=none"],["make","\\\\\\\\"]] 0',
    '7-7 RUN [[],["b"]] 0',
  ])
})

test('directives, until the first line that is none', () => {
  const { directives, instructions } = parseDockerfile(
    '\uFEFF# syntax = docker/dockerfile:1 \n#ESCAPE=`\n\n# check=error=true\nFROM a\nRUN b `\n  c',
  )
  expect([...directives]).toEqual([
    ['syntax', 'docker/dockerfile:1'],
    ['escape', '`'],
  ])
  expect(instructions.map(({ text }) => text)).toEqual(['FROM a', 'RUN b   c'])
})

test('words with a backtick as the escape character', () => {
  expect(read('# escape=`\nFROM a\nCOPY "C:\\" b` c "d`" e"')).toEqual([
    '2-2 FROM [[],["a"]] 0',
    `3-3 COPY [[],${JSON.stringify(['"C:\\"', 'b` c', '"d`" e"'])}] 0`,
  ])
  expect(read('COPY "C:\\" b c\\ d')).toEqual([`1-1 COPY [[],${JSON.stringify(['"C:\\" b c\\ d'])}] 0`])
})

test('the trigger of ONBUILD', () => {
  expect(read('ONBUILD copy --link a b')).toEqual(['1-1 COPY [["--link"],["a","b"]] 0'])
})
