/** Prometheus' text format, version 0.0.4: families of lines, each with its labels. */

export const PROMETHEUS_TYPE = "text/plain; version=0.0.4; charset=utf-8"

export interface Sample {
  readonly labels?: { readonly [name: string]: string | number }
  readonly value: number
}
export interface Family {
  readonly name: string
  readonly type: "gauge" | "counter"
  readonly help: string
  readonly samples: ReadonlyArray<Sample>
}

const escape = (value: string): string => value.replace(/\\/g, "\\\\").replace(/"/g, '\\"').replace(/\n/g, "\\n")

const sampleText = (name: string, { labels, value }: Sample): string => {
  const pairs = Object.entries(labels ?? {}).map(([label, text]) => `${label}="${escape(String(text))}"`)
  return `${name}${pairs.length === 0 ? "" : `{${pairs.join(",")}}`} ${value}`
}

/** A family without samples is left out. */
export const prometheusText = (families: ReadonlyArray<Family>): string =>
  families
    .filter(({ samples }) => samples.length > 0)
    .map(
      ({ name, type, help, samples }) =>
        `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${samples.map((sample) => sampleText(name, sample)).join("\n")}\n`
    )
    .join("")
