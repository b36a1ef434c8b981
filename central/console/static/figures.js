// Draws the charts of the day figures from the numbers on the page.
(function () {
  "use strict";
  const figures = JSON.parse(document.getElementById("hk-figures").textContent);
  const unit = " " + figures.minutes;
  const still = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
  const font = getComputedStyle(document.body).fontFamily;

  function draw(id, type, series, labels, colours, minutes, more, height) {
    const options = {
      chart: { type: type, height: height || 260, toolbar: { show: false }, zoom: { enabled: false }, animations: { enabled: !still, speed: 200 }, fontFamily: font },
      series: series,
      colors: colours,
      xaxis: { categories: labels, labels: { maxHeight: 190 }, tooltip: { enabled: false } },
      yaxis: { min: 0, labels: { formatter: (v) => (v === null ? "" : minutes ? String(Math.round(v * 10) / 10) : String(Math.round(v))) } },
      dataLabels: { enabled: false },
      legend: { position: "top", horizontalAlign: "left" },
      grid: { borderColor: "#e6e7e9" },
      tooltip: { y: { formatter: (v) => (v === null || v === undefined ? "–" : minutes ? v + unit : String(v)) } },
    };
    new ApexCharts(document.getElementById(id), Object.assign(options, more)).render();
  }

  draw("chart-counts", "bar", figures.hours.counts, figures.hours.labels, ["#1f6feb", "#2b8a3e"], false, { plotOptions: { bar: { columnWidth: "60%", borderRadius: 2 } } });
  draw("chart-waits", "line", figures.hours.waits, figures.hours.labels, ["#1f6feb", "#d9480f"], true, { stroke: { width: 2 }, markers: { size: 4 } });
  const labelsLong = figures.groups.labels.length > 8;
  draw("chart-groups", "bar", figures.groups.waits, figures.groups.labels, ["#1f6feb", "#7048e8", "#d9480f"], true, { plotOptions: { bar: { columnWidth: "55%", borderRadius: 2 } }, grid: { borderColor: "#e6e7e9", padding: { left: labelsLong ? 72 : 12 } } }, labelsLong ? 420 : 300);
  document.getElementById("hall").addEventListener("change", () => document.getElementById("hk-choose").submit());
})();
