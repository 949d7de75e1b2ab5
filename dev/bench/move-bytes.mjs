// Copies an image of one platform from a registry to another and does nothing else: no digest, no check, no retry, no
// limit. What it takes is the least that the same bytes cost a Node program. Its standard input says from where to
// where: {"source": {"url": "https://HOST/v2/NAME", "authorization": "Basic …"}, "target": the same, "tag": "v1"}
import http from 'node:http'
import https from 'node:https'
import { buffer, json } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'

const { source, target, tag } = await json(process.stdin)
const { request, Agent } = source.url.startsWith('https:') ? https : http
const agent = new Agent({ keepAlive: true })

/** Sends bytes or a stream. @returns the answer, whose body is to be read */
function send({ authorization }, method, url, headers = {}, body = undefined) {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, agent, headers: { authorization, ...headers } })
    outgoing.on('error', reject)
    outgoing.on('response', (response) => {
      if (response.statusCode < 300) resolve(response)
      else reject(new Error(`${method} ${url}: ${response.statusCode}`))
    })
    if (body?.pipe === undefined) outgoing.end(body)
    else pipeline(body, outgoing).catch(reject)
  })
}

/** Uploads bytes or a stream, in one request. */
async function put(url, type, length, body) {
  const headers = { 'content-type': type, 'content-length': String(length) }
  const response = await send(target, 'PUT', url, headers, body)
  response.resume()
}

async function copyBlob({ digest, size }) {
  const starting = send(target, 'POST', `${target.url}/blobs/uploads/`, { 'content-length': '0' })
  const [body, started] = await Promise.all([send(source, 'GET', `${source.url}/blobs/${digest}`), starting])
  started.resume()
  const url = new URL(started.headers.location, target.url)
  url.searchParams.set('digest', digest)
  await put(url, 'application/octet-stream', size, body)
}

const accept = 'application/vnd.oci.image.manifest.v1+json'
const manifest = await buffer(await send(source, 'GET', `${source.url}/manifests/${tag}`, { accept }))
const { config, layers } = JSON.parse(manifest.toString())
await Promise.all([config, ...layers].map(copyBlob))
await put(`${target.url}/manifests/${tag}`, accept, manifest.length, manifest)
