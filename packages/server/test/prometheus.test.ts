import { expect, test } from "bun:test"
import { prometheusText } from "../src/status/prometheus.ts"

test("families with help, type and escaped labels; empty ones are left out", () => {
  expect(
    prometheusText([
      {
        name: "a_total",
        type: "counter",
        help: "What.",
        samples: [{ value: 1 }, { labels: { x: 'a"b\\\n' }, value: 2.5 }]
      },
      { name: "none", type: "gauge", help: "Nothing.", samples: [] }
    ])
  ).toBe('# HELP a_total What.\n# TYPE a_total counter\na_total 1\na_total{x="a\\"b\\\\\\n"} 2.5\n')
})
