import { EventEmitter } from 'node:events'

// Each test file has modules of its own, which listen to the processes of all of them; that is no leak.
EventEmitter.defaultMaxListeners = 200
