/* Draws above every table of the statistics what stands in its first two columns of figures. The table stays: it is
   what a screen reader reads, and all there is without this file. */
(function () {
  "use strict";
  var MOST = 20; // lines of a table that are drawn
  var BLUE = "#1459a8", AMBER = "#c98a00", INK = "#4a5868", LINE = "#d5dce5";

  function read(table) {
    var heads = Array.prototype.map.call(table.tHead.rows[0].cells, function (cell) { return cell.textContent.trim(); });
    var rows = Array.prototype.slice.call(table.tBodies[0].rows);
    return {
      heads: heads,
      labels: rows.map(function (row) { return row.cells[0].textContent.trim(); }),
      column: function (n) { return rows.map(function (row) { return Number(row.cells[n].dataset.value || 0); }); }
    };
  }

  function axis(name, color, side) {
    return { type: "value", name: name, nameTextStyle: { color: INK, fontSize: 13, align: side }, axisLabel: { color: color, fontSize: 13 },
             splitLine: { lineStyle: { color: LINE } } };
  }

  function draw(box) {
    var data = read(document.getElementById(box.dataset.table));
    var isLine = box.dataset.chart === "line";
    var count = isLine ? data.labels.length : Math.min(data.labels.length, MOST);
    if (count < 2) return;
    box.hidden = false;
    var chart = window.echarts.init(box, null, { renderer: "svg" });
    var slant = count > 8 && !isLine ? 35 : 0;
    chart.setOption({
      animation: false,
      textStyle: { fontFamily: "inherit" },
      aria: { enabled: false },
      grid: { left: 8, right: 8, top: 36, bottom: 8, containLabel: true },
      xAxis: { type: "category", data: data.labels.slice(0, count), axisLabel: { color: INK, fontSize: 13, rotate: slant, interval: isLine ? "auto" : 0, width: 110, overflow: "truncate" },
               axisLine: { lineStyle: { color: LINE } } },
      yAxis: [axis(data.heads[1], BLUE, "left"), Object.assign(axis(data.heads[2], "#7a4b00", "right"), { splitLine: { show: false } })],
      series: [
        { type: isLine ? "line" : "bar", name: data.heads[1], data: data.column(1).slice(0, count), color: BLUE, barMaxWidth: 28, symbolSize: 6 },
        { type: isLine ? "line" : "bar", name: data.heads[2], data: data.column(2).slice(0, count), color: AMBER, yAxisIndex: 1, barMaxWidth: 28, symbolSize: 6 }
      ]
    });
    box.setAttribute("aria-hidden", "true");
    new ResizeObserver(function () { chart.resize(); }).observe(box);
  }

  document.querySelectorAll("[data-chart]").forEach(draw);
})();
