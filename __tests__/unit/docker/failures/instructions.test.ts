import { describe, expect, test } from '@jest/globals'
import { locateBaseImage, locateInstruction } from '../../../../src/docker/failures/instructions.ts'

describe('the lines of an instruction', () => {
  const dockerfile = `# RUN make
FROM busybox AS build
RUN make \\
    # why
    all
RUN  make install
COPY a /
RUN twice
RUN twice
RUN last \\`

  test.each([
    ['[build 2/5] RUN make      all', 3, 5],
    ['[3/5] RUN make install', 6, 6],
    ['[4/5] COPY a /', 7, 7],
    ['[5/5] RUN last', 10, 10],
  ])('%s', (step, line, endLine) => {
    expect(locateInstruction(dockerfile, step)).toMatchObject({ line, endLine })
  })

  test.each(['[1/2] RUN twice', '[1/2] RUN absent', 'exporting to image'])('not of %s', (step) => {
    expect(locateInstruction(dockerfile, step)).toBeNull()
  })
})

describe('the FROM that names a base image', () => {
  const dockerfile = `# syntax=docker/dockerfile:1
ARG VERSION=9.99 NAME
ARG BASE="busybox:\${VERSION}"
FROM --platform=linux/amd64 alpine AS build
ARG VERSION=1
FROM $BASE
FROM registry.example:5000/team/app:\\
    v1
FROM \${NAME:-debian}:12
FROM busybox@sha256:${'a'.repeat(64)}
FROM ghcr.io/a/b:\${VERSION%.*}`

  test.each([
    ['docker.io/library/alpine:latest', 4, 4],
    ['docker.io/library/busybox:9.99', 6, 6],
    ['docker.io/library/debian:12', 9, 9],
    [`docker.io/library/busybox@sha256:${'a'.repeat(64)}`, 10, 10],
  ])('%s', (image, line, endLine) => {
    expect(locateBaseImage(dockerfile, image, [])).toMatchObject({ line, endLine })
  })

  test('by a build argument that is given', () => {
    const image = 'docker.io/library/busybox:1.0'
    expect(locateBaseImage(dockerfile, image, [])).toBeNull()
    expect(locateBaseImage(dockerfile, image, ['VERSION=1.0'])).toMatchObject({ line: 6 })
    expect(locateBaseImage(dockerfile, 'ghcr.io/team/x:12', ['NAME=ghcr.io/team/x'])).toMatchObject({
      line: 9,
    })
  })

  test.each(['docker.io/library/build:latest', 'ghcr.io/a/b:9', 'docker.io/library/busybox:1'])(
    'not of %s',
    (image) => {
      expect(locateBaseImage(dockerfile, image, [])).toBeNull()
    },
  )
})
