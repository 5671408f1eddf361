/** What a configuration names and what statistics report. */
export const kind = "memory"
