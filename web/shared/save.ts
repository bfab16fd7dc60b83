// SPDX-License-Identifier: Apache-2.0
// Saves what was fetched, as a link with a name would.
export function save(content: Blob, name: string): void {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(content);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}
