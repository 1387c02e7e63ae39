// Makes the cabinet an app of its own where the browser can: the worker keeps the look and a page for being offline.
navigator.serviceWorker?.register("/cabinet/worker.js", { scope: "/cabinet/" });
