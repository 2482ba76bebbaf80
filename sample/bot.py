"""Watches funding: names the exchange whose rate stands out.

    node dist/cli.js snapshot --asset BTC,ETH --json > snapshot.json   (in Perpscope's folder)
    python3 bot.py snapshot.json
"""

import json
import statistics
import sys

HOURS_PER_YEAR = 24 * 365
WATCHED = ["BTC", "ETH"]
ALERT_SPREAD_PCT = 5.0  # annualised, between one venue and the median


def annualised_pct(observation):
    """A rate is a fraction per stated interval, so 8 h and 1 h rates become comparable only here."""
    interval_hours = observation["intervalMs"] / 3_600_000
    return observation["fundingRatePerInterval"] * HOURS_PER_YEAR / interval_hours * 100


def funding_by_exchange(asset):
    rates = {}
    for exchange in asset["exchanges"]:
        for instrument in exchange["instruments"]:
            for observation in instrument["observations"]:
                # The running estimate; settled rates of the past stand beside it.
                if observation["kind"] == "funding-rate" and observation["phase"] == "predicted":
                    rates[exchange["exchange"]] = annualised_pct(observation)
    return rates


def main(path):
    with open(path, encoding="utf-8") as file:
        snapshot = json.load(file)
    if snapshot["source"] == "simulated":
        print("SIMULATED market")
    for asset in snapshot["assets"]:
        if asset["asset"] not in WATCHED:
            continue
        rates = funding_by_exchange(asset)
        if len(rates) < 2:
            known = ", ".join(rates) or "no exchange"
            print(f"{asset['asset']}: funding is known of {known}, nothing to compare")
            continue
        median = statistics.median(rates.values())
        for exchange, rate in sorted(rates.items(), key=lambda item: -abs(item[1] - median)):
            mark = "  <-- stands out" if abs(rate - median) > ALERT_SPREAD_PCT else ""
            print(f"{asset['asset']} {exchange:12} {rate:8.2f} % a year{mark}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "snapshot.json")
