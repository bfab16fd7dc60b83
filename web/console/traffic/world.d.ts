// SPDX-License-Identifier: Apache-2.0
// Made by web/world.ts when the front end is built.
declare module "virtual:world" {
    export const countries: Record<string, string>;
    export const width: number;
    export const height: number;
}
