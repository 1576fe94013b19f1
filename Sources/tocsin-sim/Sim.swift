import ArgumentParser
@main struct Sim: ParsableCommand {}
