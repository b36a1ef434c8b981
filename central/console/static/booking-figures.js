// Draws the charts of the booking figures from the numbers on the page.
(function () {
  "use strict";
  const figures = JSON.parse(document.getElementById("hk-figures").textContent);
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const narrow = window.matchMedia("(max-width: 767px)").matches;
  const font = getComputedStyle(document.body).fontFamily;
  // came, expected, not decided, missed, cancelled, refused or expired
  const colours = ["#2b8a3e", "#1f6feb", "#f0a030", "#b42323", "#7048e8", "#868e96"];

  function draw(id, height, type, options) {
    const place = document.getElementById(id);
    if (!place) return;
    const common = {
      chart: { type: type, height: height, stacked: type === "bar", toolbar: { show: false }, zoom: { enabled: false }, animations: { enabled: !still, speed: 200 }, fontFamily: font },
      dataLabels: { enabled: false },
      legend: { position: "top", horizontalAlign: "left" },
      grid: { borderColor: "#e6e7e9" },
    };
    new ApexCharts(place, Object.assign(common, options)).render();
  }

  const whole = (v) => (v === null ? "" : String(Math.round(v)));
  draw("chart-days", 300, "bar", {
    series: figures.days.series,
    colors: colours,
    plotOptions: { bar: { columnWidth: Math.min(70, 8 * figures.days.labels.length) + "%" } },
    xaxis: { categories: figures.days.labels, tickAmount: narrow ? 6 : undefined, labels: { rotate: 0, hideOverlappingLabels: true }, tooltip: { enabled: false } },
    yaxis: { min: 0, forceNiceScale: true, labels: { formatter: whole } },
  });
  draw("chart-channels", 120 + 44 * figures.channels.labels.length, "bar", {
    series: figures.channels.series,
    colors: colours,
    plotOptions: { bar: { horizontal: true, barHeight: "60%" } },
    xaxis: { categories: figures.channels.labels, labels: { formatter: whole } },
    yaxis: { labels: { maxWidth: narrow ? 110 : 200 } },
  });
  // an hour without a slot is -1: the library takes nothing for nought
  const none = { from: -1, to: -0.5, color: "#ffffff", name: figures.words.none };
  const steps = [[0, 25, "#e7f0fd"], [25, 50, "#b3d1fa"], [50, 75, "#6ea8f5"], [75, 95, "#1f6feb"], [95, 1000, "#10408c"]];
  draw("chart-heat", 110 + 36 * figures.heat.length, "heatmap", {
    series: figures.heat,
    dataLabels: { enabled: !narrow, style: { fontSize: "11px" }, formatter: (v) => (v < 0 ? "" : Math.round(v)) },
    plotOptions: { heatmap: { radius: 2, enableShades: false, colorScale: { ranges: [none, ...steps.map(([from, to, color]) => ({ from: from, to: to, color: color, foreColor: from < 75 ? "#1d2733" : "#ffffff", name: to > 100 ? "≥ 95 %" : from + "–" + to + " %" }))] } } },
    stroke: { width: 2 },
    tooltip: { y: { formatter: (v) => (v < 0 ? figures.words.none : figures.words.load + " " + v + " %") } },
    xaxis: { labels: { rotate: 0 }, tooltip: { enabled: false } },
  });
  for (const id of ["hall", "matter", "channel"]) document.getElementById(id).addEventListener("change", () => document.getElementById("hk-choose").submit());
})();
