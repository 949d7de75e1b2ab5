import { describe, expect, test } from '@jest/globals'
import {
  unknownToLegacyBuilder,
  unknownToOldBuildKit,
} from '../../../../src/docker/build/dockerfile-needs.ts'
import { parseDockerfile } from '../../../../src/docker/syntax/dockerfile.ts'

const legacy = (text: string, args: readonly string[] = []) =>
  unknownToLegacyBuilder(parseDockerfile(text), args)

// Each was run by the legacy builder of Docker 26.1 and of 28.5: what it ignores is marked, the rest it refuses.
describe('the legacy builder does not know', () => {
  test.each([
    ['RUN <<EOF\necho ran > /out\nEOF', 'RUN with a heredoc'], // ignored: nothing runs
    ['ONBUILD RUN <<EOF\necho\nEOF', 'RUN with a heredoc'], // ignored
    ['COPY f <<EOF /dst/\ntext\nEOF', 'COPY with a heredoc'], // ignored: f alone
    ['ADD <<EOF /out\ntext\nEOF', 'ADD with a heredoc'],
    ['ADD --checksum=sha256:0 https://example.com/a /a', 'ADD --checksum'], // ignored
    ['ADD --keep-git-dir=true f /out', 'ADD --keep-git-dir'], // ignored
    ['ADD --unpack=true f /out', 'ADD --unpack'], // ignored by 28.5
    ['ADD --exclude=x . /out', 'ADD --exclude'], // ignored by 28.5
    ['COPY --exclude=x . /out', 'COPY --exclude'], // ignored by 28.5
    ['COPY --link f /out', 'COPY --link'], // ignored
    ['COPY --parents a/b /out', 'COPY --parents'],
    ['COPY --chmod=777 f /out', 'COPY --chmod'],
    ['RUN --mount=type=cache,target=/c make', 'RUN --mount'],
    ['RUN --network=none make', 'RUN --network'],
    ['RUN --security=insecure make', 'RUN --security'],
    ['RUN --device=x make', 'RUN --device'],
    ['ADD https://github.com/a/b.git /b', 'ADD of a Git repository'], // ignored: the page is added
    ['ADD https://example.com/b.git#v1:sub /b', 'ADD of a Git repository'], // ignored
    ['ADD ["https://example.com/b.git?ref=v1", "/b"]', 'ADD of a Git repository'], // ignored
    ['ADD git@github.com:a/b.git /b', 'ADD of a Git repository'],
    ['ARG TARGETPLATFORM', 'ARG TARGETPLATFORM'], // ignored: empty
    ['ARG A=1 BUILDARCH', 'ARG BUILDARCH'], // ignored: empty
    ['FROM --platform=$BUILDPLATFORM busybox', 'FROM with $BUILDPLATFORM'],
    ['FROM base-$TARGETARCH', 'FROM with $TARGETARCH'],
  ])('%j', (text, what) => {
    expect(legacy(`FROM busybox\n${text}\nRUN last`)).toEqual([`${what} (line 2)`])
  })

  test.each([
    ['# syntax=example/frontend:1', '# syntax=example/frontend:1'], // ignored
    ['# check=skip=all;error=true', '# check=error=true'], // ignored
  ])('%j', (text, what) => {
    expect(legacy(`${text}\nFROM busybox`)).toEqual([`${what} (line 1)`])
  })

  test('each once, with its lines', () => {
    expect(legacy('FROM a\nCOPY --link b c\nRUN --mount=type=ssh x\nCOPY --link --chmod=1 d e')).toEqual([
      'COPY --link (lines 2, 4)',
      'RUN --mount (line 3)',
      'COPY --chmod (line 4)',
    ])
  })
})

describe('the legacy builder knows', () => {
  test.each([
    '# syntax=docker/dockerfile:1.7-labs\nFROM busybox',
    '# check=skip=all\nFROM busybox',
    '# escape=`\nFROM --platform=linux/amd64 busybox AS build\nRUN a `\n  --mount',
    'ARG BUILDPLATFORM=linux/amd64\nFROM --platform=$BUILDPLATFORM busybox',
    'FROM busybox\nARG TARGETARCH=amd64',
    'FROM busybox\nCOPY --from=0 --chown=1:1 a b\nADD --chown=1 https://example.com/x.git.tar /x',
    'FROM busybox\nHEALTHCHECK --interval=1s --start-interval=1s CMD --mount',
    'FROM busybox\nRUN echo $((1<<2)) "<<EOF" --mount=x $TARGETARCH',
    'FROM busybox\n# COPY --link a b\nCMD ["--link", "<<EOF"]',
  ])('%j', (text) => {
    expect(legacy(text)).toEqual([])
  })

  test('automatic arguments that the build gives', () => {
    const text = 'ARG TARGETARCH\nFROM base-$TARGETARCH\nARG TARGETARCH'
    expect(legacy(text)).toEqual(['ARG TARGETARCH (lines 1, 3)', 'FROM with $TARGETARCH (line 2)'])
    expect(legacy(text, ['TARGETARCH=amd64'])).toEqual([])
    // It is declared nowhere before FROM: there the legacy builder does not give it.
    expect(legacy('FROM base-$TARGETARCH', ['TARGETARCH=amd64'])).toEqual(['FROM with $TARGETARCH (line 1)'])
  })
})

test('an old BuildKit adds the page of a Git repository, unless the Dockerfile brings its grammar', () => {
  const text = 'FROM a\nADD https://example.com/b.git /b\nCOPY --link a b'
  expect(unknownToOldBuildKit(parseDockerfile(text))).toEqual(['ADD of a Git repository (line 2)'])
  expect(unknownToOldBuildKit(parseDockerfile(`# syntax=docker/dockerfile:1\n${text}`))).toEqual([])
})
