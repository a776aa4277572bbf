// As the manual of DataTables has it for rows that lie in a file: only the rows that are shown are made.
new DataTable("#table", { ajax: "rows.json", deferRender: true, pageLength: 100 });
