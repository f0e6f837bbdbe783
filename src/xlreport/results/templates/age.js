"use strict";
var made = document.querySelector("time[datetime]"), note = document.getElementById("age");
var days = made ? (Date.now() - Date.parse(made.dateTime)) / 864e5 : 0;
if (note && days >= 0.5) {
  document.body.className = "old";
  note.querySelector("span").textContent = days < 1.5 ? "一天前" : Math.round(days) + " 天前";
  note.hidden = false;
}
