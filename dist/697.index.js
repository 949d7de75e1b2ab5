export const id = 697;
export const ids = [697];
export const modules = {

/***/ 3697:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  connectPrivateEcr: () => (/* binding */ connectPrivateEcr)
});

// EXTERNAL MODULE: ./node_modules/@aws-sdk/client-ecr/dist-cjs/index.js
var dist_cjs = __webpack_require__(8249);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __webpack_require__(452);
;// CONCATENATED MODULE: ./lib/ecr/errors.js

/**
 * Turns what the SDK threw into an error that says what to do. Names are matched on `error.name`: throttling,
 * denied access and expired tokens are in no model.
 * @param error what the SDK threw
 * @param call what was being called
 */
function explainEcrError(error, call) {
    if (error instanceof errors/* ActionError */.lZ)
        return error;
    const name = errorName(error);
    const said = error instanceof Error ? error.message : String(error);
    const failed = `${call.action} failed`;
    const as = (what, remedy) => new errors/* ActionError */.lZ(what, remedy, { cause: error });
    const known = REMEDIES[name];
    if (known !== undefined)
        return as(`${failed}: ${said} (${name})`, known(call, said));
    if (/^(?:ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|TimeoutError)$/.test(codeOf(error) ?? name)) {
        return as(`${failed}: the ECR API in ${call.region} cannot be reached: ${said}`, `check that '${call.region}' is the region meant and that the runner reaches it (proxy: HTTPS_PROXY and NO_PROXY; in a VPC: the endpoint com.amazonaws.${call.region}.ecr.api).`);
    }
    if (/region is missing/i.test(said)) {
        return as('No AWS region.', "set the input 'aws-region', or AWS_REGION in the job's env, or give 'repository' as a URI.");
    }
    return as(`${failed}: ${said} (${name})`, `read the message of AWS above; the call was made in ${call.region} for ${resourceArn(call, said)}.`);
}
/** The smallest statement that allows the call, as JSON to paste into the role's policy. */
function statementFor(call, said = '') {
    return JSON.stringify({ Effect: 'Allow', Action: call.action, Resource: resourceArn(call, said) });
}
const denied = (call, said) => {
    const across = call.registryId === null
        ? ''
        : ` For a registry of another account (${call.registryId}), the repository's own policy there must allow it too.`;
    return `add this statement to the policy of the identity in use: ${statementFor(call, said)}${across}`;
};
const invalidCredentials = () => 'the credentials are not valid: check AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN in the job, or the step that sets them (aws-actions/configure-aws-credentials).';
const expired = () => "the credentials have expired: let the step that sets them run just before this one, or ask it for a longer session (up to the role's maximum).";
const noCredentials = () => 'give the job credentials: a step with aws-actions/configure-aws-credentials (and permissions: id-token: write) before this one, AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY in its env, or a role on the self-hosted runner. To build without AWS, set push: false.';
const throttled = (call) => `AWS refused because of too many requests, and still did after retries: run fewer of these jobs at once, or raise the rate quota of ${call.action} in ${call.region} (Service Quotas, Amazon ECR).`;
const passing = () => 'the fault is on the side of AWS and lasted through the retries: run the job again.';
const REMEDIES = {
    AccessDeniedException: denied,
    AccessDenied: denied,
    UnauthorizedOperation: denied,
    CredentialsProviderError: noCredentials,
    UnrecognizedClientException: invalidCredentials,
    InvalidClientTokenId: invalidCredentials,
    InvalidSignatureException: (call, said) => /expired|not yet current/i.test(said)
        ? "the runner's clock differs from the time of AWS: set it."
        : invalidCredentials(call, said),
    IncompleteSignature: invalidCredentials,
    ExpiredTokenException: expired,
    ExpiredToken: expired,
    RequestExpired: expired,
    ThrottlingException: throttled,
    Throttling: throttled,
    TooManyRequestsException: throttled,
    RequestLimitExceeded: throttled,
    ServerException: passing,
    InternalFailure: passing,
    InternalServerError: passing,
    ServiceUnavailable: passing,
    ServiceUnavailableException: passing,
    RepositoryNotFoundException: (call) => `there is no repository '${call.repository ?? ''}' in ${where(call)}: set create-repository: true, or correct 'repository', 'aws-region' or 'registry-id'.`,
    LimitExceededException: (call) => `a quota of ECR in ${where(call)} is used up: delete what is not needed, or raise it (Service Quotas, Amazon ECR).`,
    InvalidParameterException: () => 'ECR refuses a value that it was given: correct the input that the message names.',
    KmsException: () => 'ECR cannot use the KMS key: the identity in use needs kms:CreateGrant, kms:DescribeKey and kms:RetireGrant on it, and the key must be enabled.',
};
function where(call) {
    return call.registryId === null ? call.region : `${call.region} of account ${call.registryId}`;
}
/** The resource as AWS itself named it in a refusal, which knows the account and the partition; else by the call. */
function resourceArn(call, said) {
    const named = /on resource: (arn:\S+)/.exec(said)?.[1];
    if (named !== undefined)
        return named;
    if (call.repository === null)
        return '*';
    return `arn:aws:ecr:${call.region}:${call.registryId ?? '*'}:repository/${call.repository}`;
}
function errorName(error) {
    return error instanceof Error ? error.name : 'Error';
}
function codeOf(error) {
    const code = error?.code;
    return typeof code === 'string' ? code : undefined;
}

;// CONCATENATED MODULE: ./lib/ecr/private.js



/** The media types that are asked for where a manifest itself is read: images and indexes, OCI's and Docker's. */
const MANIFEST_TYPES = [
    'application/vnd.oci.image.index.v1+json',
    'application/vnd.oci.image.manifest.v1+json',
    'application/vnd.docker.distribution.manifest.list.v2+json',
    'application/vnd.docker.distribution.manifest.v2+json',
];
/** ECR answers for so many images of one DescribeImages or BatchGetImage call. */
const IMAGES_PER_CALL = 100;
/**
 * Private ECR through the AWS SDK.
 * @returns the port; its methods throw ActionErrors only
 * @throws ActionError where no region is set
 */
async function connectPrivateEcr(options) {
    const client = new dist_cjs/* ECRClient */.S70({
        // A token bucket with client-side rate limiting: many jobs of one matrix share the account's quota.
        retryMode: 'adaptive',
        maxAttempts: 6,
        ...(options.region === null ? {} : { region: options.region }),
        ...options.client,
    });
    const registryId = options.registryId === null ? {} : { registryId: options.registryId };
    const region = await regionOf(client);
    const calling = async (action, repository, call) => {
        try {
            return await call();
        }
        catch (error) {
            throw explainEcrError(error, {
                action,
                repository,
                region,
                registryId: options.registryId,
            });
        }
    };
    const ecr = {
        authorize() {
            // The registry is deliberately named by `registryIds`: a token serves exactly the registry that it was
            // issued for, and `proxyEndpoint` then is the target's host.
            const registryIds = options.registryId === null ? {} : { registryIds: [options.registryId] };
            return calling('ecr:GetAuthorizationToken', null, async () => {
                const { authorizationData } = await client.send(new dist_cjs/* GetAuthorizationTokenCommand */.Eu6(registryIds));
                const data = authorizationData?.[0];
                return decodeToken(data?.authorizationToken, data?.proxyEndpoint, data?.expiresAt, options.mask);
            });
        },
        findRepository(name) {
            return calling('ecr:DescribeRepositories', name, async () => {
                try {
                    const found = await client.send(new dist_cjs/* DescribeRepositoriesCommand */.pE_({ ...registryId, repositoryNames: [name] }));
                    return toRepository(found.repositories?.[0]);
                }
                catch (error) {
                    if (isNamed(error, 'RepositoryNotFoundException'))
                        return null;
                    throw error;
                }
            });
        },
        createRepository(name) {
            return calling('ecr:CreateRepository', name, async () => {
                try {
                    const made = await client.send(new dist_cjs/* CreateRepositoryCommand */.WTe({ ...registryId, repositoryName: name }));
                    return { ...toRepository(made.repository), created: true };
                }
                catch (error) {
                    // Two jobs of one matrix create the same repository at the same time: the second finds the first's.
                    if (!isNamed(error, 'RepositoryAlreadyExistsException'))
                        throw error;
                    const found = await ecr.findRepository(name);
                    if (found === null)
                        throw error;
                    return { ...found, created: false };
                }
            });
        },
        async findImages(repository, tags) {
            const held = new Map();
            const target = { registryId: repository.registryId, repositoryName: repository.name };
            const describe = async (wanted) => {
                try {
                    const imageIds = wanted.map((imageTag) => ({ imageTag }));
                    const answer = await client.send(new dist_cjs/* DescribeImagesCommand */.ji5({ ...target, imageIds }));
                    for (const detail of answer.imageDetails ?? []) {
                        for (const tag of detail.imageTags ?? []) {
                            if (!wanted.includes(tag) || detail.imageDigest === undefined)
                                continue;
                            held.set(tag, {
                                digest: detail.imageDigest,
                                mediaType: detail.imageManifestMediaType ?? null,
                                sizeInBytes: detail.imageSizeInBytes ?? null,
                            });
                        }
                    }
                }
                catch (error) {
                    if (!isNamed(error, 'ImageNotFoundException'))
                        throw error;
                    // One absent tag fails the whole call: ask for each alone.
                    if (wanted.length > 1)
                        await Promise.all(wanted.map((tag) => describe([tag])));
                }
            };
            const batchGet = async (wanted) => {
                const imageIds = wanted.map((imageTag) => ({ imageTag }));
                const answer = await client.send(new dist_cjs/* BatchGetImageCommand */.P8n({ ...target, imageIds, acceptedMediaTypes: MANIFEST_TYPES }));
                for (const image of answer.images ?? []) {
                    const { imageTag, imageDigest } = image.imageId ?? {};
                    if (imageTag === undefined || imageDigest === undefined)
                        continue;
                    held.set(imageTag, {
                        digest: imageDigest,
                        mediaType: image.imageManifestMediaType ?? null,
                        sizeInBytes: null,
                    });
                }
            };
            await Promise.all(chunks(tags, IMAGES_PER_CALL).map((wanted) => calling('ecr:DescribeImages', repository.name, async () => {
                try {
                    await describe(wanted);
                }
                catch (error) {
                    if (!isNamed(error, 'AccessDeniedException'))
                        throw error;
                    // Roles made for `docker push` have BatchGetImage more often than DescribeImages. If that is
                    // denied too, DescribeImages is the permission to ask for.
                    await batchGet(wanted).catch(() => Promise.reject(error));
                }
            })));
            return held;
        },
    };
    return ecr;
}
async function regionOf(client) {
    try {
        return await client.config.region();
    }
    catch (error) {
        throw new errors/* ActionError */.lZ('No AWS region.', "set the input 'aws-region', or AWS_REGION in the job's env, or give 'repository' as a URI.", { cause: error });
    }
}
function toRepository(found) {
    if (!found?.repositoryName || !found.repositoryArn || !found.repositoryUri || !found.registryId) {
        throw new errors/* ActionError */.lZ('ECR answered without a repository.', 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
    }
    return {
        name: found.repositoryName,
        arn: found.repositoryArn,
        uri: found.repositoryUri,
        registryId: found.registryId,
        mutability: {
            mode: found.imageTagMutability ?? 'MUTABLE',
            exclusions: (found.imageTagMutabilityExclusionFilters ?? []).flatMap(({ filter }) => filter ?? []),
        },
    };
}
/** `authorizationToken` is base64 of `AWS:password`; both forms are masked before anything is made of them. */
function decodeToken(token, endpoint, expiresAt, mask) {
    if (!token || !endpoint) {
        throw new errors/* ActionError */.lZ('ECR answered without a token.', 'check AWS_ENDPOINT_URL and proxies on the way to ECR.');
    }
    mask(token);
    const decoded = Buffer.from(token, 'base64').toString('utf8');
    const colon = decoded.indexOf(':');
    const password = decoded.slice(colon + 1);
    mask(password);
    return {
        host: endpoint.replace(/^https?:\/\//, '').replace(/\/$/, ''),
        username: decoded.slice(0, colon),
        password,
        expiresAt: expiresAt ?? null,
    };
}
function isNamed(error, name) {
    return error instanceof Error && error.name === name;
}
function chunks(items, size) {
    const result = [];
    for (let start = 0; start < items.length; start += size)
        result.push(items.slice(start, start + size));
    return result;
}


/***/ })

};
