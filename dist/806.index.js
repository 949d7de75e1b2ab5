export const id = 806;
export const ids = [806];
export const modules = {

/***/ 9806:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   buildWithBuildx: () => (/* binding */ buildWithBuildx),
/* harmony export */   o: () => (/* binding */ commonArguments)
/* harmony export */ });
/* unused harmony export buildxArguments */
/* harmony import */ var node_fs_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(1455);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(6760);
/* harmony import */ var _exec_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(983);
/* harmony import */ var _failures_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(2517);




/** The arguments of `docker buildx build`: a pure table from the request. */
function buildxArguments(request, files) {
    return [
        'buildx',
        'build',
        ...commonArguments(request),
        ...request.annotations.map((value) => `--annotation=${value}`),
        ...(request.push ? ['--push'] : []),
        `--metadata-file=${files.metadata}`,
        `--iidfile=${files.imageId}`,
        '--',
        request.context,
    ];
}
/** What `docker build` and `docker buildx build` have in common. Values are attached, so that none is an option. */
function commonArguments(request) {
    return [
        `--file=${request.file}`,
        ...(request.target === null ? [] : [`--target=${request.target}`]),
        ...request.buildArgs.map((value) => `--build-arg=${value}`),
        ...request.labels.map((value) => `--label=${value}`),
        ...request.references.map((value) => `--tag=${value}`),
    ];
}
/**
 * Builds and pushes in one process.
 * @param folder the step's own folder, for buildx's result files
 * @throws ActionError where the build or the push fails
 */
async function buildWithBuildx(request, folder, env) {
    const results = await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.mkdtemp)(node_path__WEBPACK_IMPORTED_MODULE_1__.join(folder, 'build-'));
    const files = { metadata: node_path__WEBPACK_IMPORTED_MODULE_1__.join(results, 'metadata.json'), imageId: node_path__WEBPACK_IMPORTED_MODULE_1__.join(results, 'iid') };
    try {
        await (0,_exec_js__WEBPACK_IMPORTED_MODULE_2__/* .execute */ .g)('docker', buildxArguments(request, files), {
            // Lambda and others refuse an index, which attestations would make of a single platform's image.
            env: { ...env, BUILDX_NO_DEFAULT_ATTESTATIONS: '1' },
            show: true,
        });
        const metadata = JSON.parse(await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(files.metadata, 'utf8'));
        const digest = metadata['containerimage.digest'];
        return {
            digest: typeof digest === 'string' ? digest : null,
            imageId: (await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.readFile)(files.imageId, 'utf8').catch(() => '')).trim(),
            metadata,
        };
    }
    catch (error) {
        throw error instanceof _exec_js__WEBPACK_IMPORTED_MODULE_2__/* .ProcessError */ .y ? (0,_failures_js__WEBPACK_IMPORTED_MODULE_3__/* .explainDockerFailure */ .g)('The build', error) : error;
    }
    finally {
        await (0,node_fs_promises__WEBPACK_IMPORTED_MODULE_0__.rm)(results, { recursive: true, force: true });
    }
}


/***/ }),

/***/ 2517:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ explainDockerFailure)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(452);

/** What a registry or the engine says, and what that means in ECR. */
const KNOWN = [
    {
        said: /cannot be overwritten because the (?:repository|tag) is immutable|tag is immutable/i,
        what: 'The tag exists already, and the repository is immutable',
        remedy: 'push another tag (the commit SHA changes with each commit), or make the repository mutable.',
    },
    {
        said: /your authorization token has expired/i,
        what: 'The registry token expired before the push was done',
        remedy: 'run the job again; a build that takes longer than the token lives (12 hours) has to be split.',
    },
    {
        said: /no basic auth credentials/i,
        what: 'A registry wants a login that docker does not have',
        remedy: 'log in to the registry of the base image in a step before this one.',
    },
    {
        said: /name unknown: The repository with name/i,
        what: 'A repository does not exist in ECR',
        remedy: 'set create-repository: true where it is the one to push to; where it is a base image, correct the FROM line.',
    },
    {
        said: /insufficient_scope|403 forbidden|denied: /i,
        what: 'A registry denies access',
        remedy: "for the push, the identity needs ecr:BatchCheckLayerAvailability, ecr:InitiateLayerUpload, ecr:UploadLayerPart, ecr:CompleteLayerUpload, ecr:PutImage and ecr:BatchGetImage on the repository (and, in another account, that repository's policy must allow them); for a base image, its registry must allow the pull.",
    },
    {
        said: /toomanyrequests|429 too many requests/i,
        what: 'A registry refuses because of too many requests',
        remedy: 'log in to the registry of the base image, or take the image from public.ecr.aws or from a pull-through cache.',
    },
    {
        said: /maximum number of artifacts \(100\)/i,
        what: 'The image has 100 referrers already (signatures, attestations), which is as many as ECR allows',
        remedy: 'delete old referrers of that image, or build a new image.',
    },
    {
        said: /no space left on device/i,
        what: "The runner's disk is full",
        remedy: 'free some (docker system prune), or take a larger runner.',
    },
    {
        said: /target stage .* could not be found|failed to reach build target/i,
        what: "The Dockerfile has no stage of the name in the input 'target'",
        remedy: "name one of the Dockerfile's stages (FROM … AS NAME).",
    },
];
/**
 * @param doing `The build` or `The push of HOST/NAME:TAG`
 * @param error the process that failed; its output stands in the log already
 */
function explainDockerFailure(doing, error) {
    const output = `${error.stderr}\n${error.stdout}`;
    const known = KNOWN.find(({ said }) => said.test(output));
    const reason = lastError(error.stderr) ?? lastError(error.stdout) ?? error.message;
    if (known !== undefined) {
        return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`${doing} failed. ${known.what}: ${reason}`, known.remedy, { cause: error });
    }
    return new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .ActionError */ .lZ(`${doing} failed: ${reason}`, 'read the output above for the step that failed; the same build can be run by hand with the command shown there.', { cause: error });
}
/** The line that says why: docker's last `ERROR` or `error` line, else its last line. */
function lastError(output) {
    const lines = output
        .split(/\r?\n/)
        .map((line) => line.trim())
        .filter((line) => line !== '');
    const line = lines.findLast((candidate) => /^(?:ERROR|error|Error|denied|unauthorized|failed)\b/.test(candidate));
    return (line ?? lines.at(-1))?.slice(0, 2000) ?? null;
}


/***/ })

};
