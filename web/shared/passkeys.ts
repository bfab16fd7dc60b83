// SPDX-License-Identifier: Apache-2.0
// Passkeys between the server and the browser (W3C Web Authentication): the server's bytes are
// base64url, the browser's are buffers.
import type { List, NewPasskey, Passkey, PasskeyAnswer, PasskeyChallenge } from "./api.ts";

// Whose passkeys they are: the calls of a customer, or those of an employee.
export interface PasskeyDoor {
    passkeyChallenge: (act: "register" | "sign_in" | "step_up") => Promise<PasskeyChallenge>;
    passkeys: () => Promise<List<Passkey>>;
    addPasskey: (passkey: NewPasskey) => Promise<unknown>;
    renamePasskey: (id: string, name: string) => Promise<unknown>;
    removePasskey: (id: string) => Promise<unknown>;
}

export const passkeysWork = typeof window !== "undefined" && "PublicKeyCredential" in window;

// Nothing when the holder, or the device, chose not to go on.
export type Chosen<T> = T | undefined;

export function fromBase64url(text: string): Uint8Array<ArrayBuffer> {
    const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
    return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

export function toBase64url(bytes: ArrayBuffer): string {
    const binary = String.fromCharCode(...new Uint8Array(bytes));
    return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function described(credentials: string[]): PublicKeyCredentialDescriptor[] {
    return credentials.map((id) => ({ type: "public-key", id: fromBase64url(id) }));
}

async function unlessDeclined<T>(ceremony: Promise<T | null>): Promise<Chosen<T>> {
    try {
        return (await ceremony) ?? undefined;
    } catch (found) {
        const declined = found instanceof DOMException && ["NotAllowedError", "AbortError", "InvalidStateError"].includes(found.name);
        if (!declined) throw found;
        return undefined;
    }
}

export async function addPasskey(door: PasskeyDoor, name: string, email: string, organization: string): Promise<Chosen<true>> {
    const asked = await door.passkeyChallenge("register");
    const made = await unlessDeclined(navigator.credentials.create({
        publicKey: {
            challenge: fromBase64url(asked.challenge),
            rp: { id: asked.site, name: organization },
            user: { id: fromBase64url(asked.holder!), name: email, displayName: email },
            pubKeyCredParams: asked.algorithms!.map((alg) => ({ type: "public-key", alg })),
            excludeCredentials: described(asked.credentials!),
            authenticatorSelection: { residentKey: "required", userVerification: "required" },
            attestation: "none",
        },
    }));
    if (!made) return undefined;
    const response = (made as PublicKeyCredential).response as AuthenticatorAttestationResponse;
    await door.addPasskey({
        name,
        challenge: asked.challenge,
        response: {
            client_data: toBase64url(response.clientDataJSON),
            attestation: toBase64url(response.attestationObject),
        },
    });
    return true;
}

// The server's challenge, signed by a passkey of the holder's choice.
export async function answerByPasskey(door: PasskeyDoor, act: "sign_in" | "step_up"): Promise<Chosen<PasskeyAnswer>> {
    const asked = await door.passkeyChallenge(act);
    const given = await unlessDeclined(navigator.credentials.get({
        publicKey: {
            challenge: fromBase64url(asked.challenge),
            rpId: asked.site,
            allowCredentials: described(asked.credentials ?? []),
            userVerification: "required",
        },
    }));
    if (!given) return undefined;
    const credential = given as PublicKeyCredential;
    const response = credential.response as AuthenticatorAssertionResponse;
    return {
        challenge: asked.challenge,
        credential: toBase64url(credential.rawId),
        // Some devices leave it out where the credential was named to them.
        holder: response.userHandle ? toBase64url(response.userHandle) : (asked.holder ?? ""),
        response: {
            client_data: toBase64url(response.clientDataJSON),
            authenticator_data: toBase64url(response.authenticatorData),
            signature: toBase64url(response.signature),
        },
    };
}
