export function cacheFolder(): string;
export function cachedFolder(name: string, fill: (folder: string) => Promise<void>): Promise<string>;
