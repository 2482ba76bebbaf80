/**
 * The part of a symbol that names the asset, as the source of a regular expression with the flag `u`: what exchanges
 * put together without a separator (币安人生USDT, GROK.XUSDT). Names that hold `-` or `_`, which separate the parts of
 * symbols, are read where the list of instruments states them.
 */
export const NAME_IN_SYMBOL = String.raw`[^\s\p{C}\-_/\\<>|,;@=(){}\[\]]+`;
