/** What a configuration names, what a data directory remembers and what statistics report. */
export const kind = "sqlite"
