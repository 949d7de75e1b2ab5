// jest reads a .ts file as CommonJS.
export { default } from './environment.ts'
